#pragma once

// Facts of trade in running text: places, couriers, ways to pay and to deliver, where it ships from and to, and whose a
// contact is. Word lists with word boundaries, any case, English, Roman Urdu and Urdu. Thread-safe.

#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"
#include "model/listing.h"

namespace gasht {

// Adds what `text` says to the listing's places, couriers, delivery and payment_methods, each once, in order.
void AddTradeFacts(std::string_view text, Listing& listing);

// Whose the contacts in an item's words are: an offer's are the seller's; who asks for something is a buyer.
IdentifierRole RoleOfContact(const Listing& listing, std::string_view text);

// The same for one contact at `span` of `text`: the words beside it may say that it is somebody else's ("report to",
// "helpline", "police") or that its owner is looking for the goods; else it is `of_listing`.
IdentifierRole RoleNear(std::string_view text, Span span, IdentifierRole of_listing);

}  // namespace gasht
