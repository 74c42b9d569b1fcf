#include "app/export_setup.h"

#include "app/configured.h"
#include "app/log_seal.h"
#include "rules/packs.h"

namespace gasht {

Result<ExportSetup> MakeExportSetup(const Config& config, const Store& store, const Clock& clock) {
  ExportSetup setup;
  setup.dir = store.path() + "/exports";
  setup.key_path = store.path() + "/bundle.key";
  setup.software = GASHT_SOFTWARE;
  const UtcTime now = clock.Utc();
  for (const Agency& agency : config.agencies) {
    const bool in_use = agency.valid_from <= now && (!agency.valid_until || now < *agency.valid_until);
    if (agency.id != config.agency || !in_use) continue;
    setup.agency = agency.name;
    setup.agency_ur = agency.name_ur;
  }
  GASHT_ASSIGN_OR_RETURN(setup.rules, ConfiguredPacks(config));
  setup.seal = [&store](uint64_t) { return SealLog(store); };
  return setup;
}

}  // namespace gasht
