#pragma once

// Backups: a copy of everything but the master key and the signing key, verified after it was written; and the way back,
// which begins a new life of the custody log, because the old one may have gone further than the backup. Free functions,
// thread-safe.

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "store/checkpoint_file.h"
#include "store/verify.h"

namespace gasht {

// Copies the store to the folder `to`, which must not exist, and verifies the copy. A folder that could not be finished
// is left with the name "TO.unfinished".
Result<VerifyReport> BackUp(const Store& store, const std::string& to);

// STORE/backups: where copies were written, one a line. A key that is destroyed must be destroyed there too
// (KeyTable::DestroyIn on FOLDER/keys.bin).
Status RegisterBackup(const std::string& store_path, const std::string& backup);
Result<std::vector<std::string>> ListBackups(const std::string& store_path);

struct RestoreOptions {
  // The folder of the signer's key, which remembers the new life from now on; empty: as the backup says.
  std::string signer_keys;
  // That key is lost: another is made there. REQUIRES: signer_keys.
  bool new_key = false;
  // What is left of the database that is replaced, or the folder of a store that has one: what it knows to be destroyed is
  // destroyed again. Empty: nothing is left.
  std::string replaces;
  bool plain_files = false;  // as StoreOptions has it
  // For the signed statement in STORE/restores.
  std::string actor, authority;
  UtcTime at;
};

struct Restored {
  CustodySetup setup;
  uint64_t leaves = 0;
  uint64_t forgotten = 0;  // captures that were destroyed again
  // For the custody log, in one line.
  std::string statement;
};
// Puts a backup where `store_path` has no database (what is left of the old store's other files stays as *.before-N). The
// log's origin is the next life's, and its key signs a statement that says so. The caller adds the leaf that says the same
// (RestoreEvent) and seals it. REQUIRES: the master key is there, as STORE/master.key or as a credential.
Result<Restored> RestoreFrom(const std::string& backup, const std::string& store_path,
                             const RestoreOptions& options);

}  // namespace gasht
