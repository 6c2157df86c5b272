#include "import_account.hpp"

#include <fmt/format.h>

#include "results/import_results.hpp"

namespace resdyn {

Account account_of(const ImportedModel& imported) {
    Account account;
    account.json = to_json(imported);
    account.tables.emplace_back("tensors.csv", role_table(imported.roles));
    account.words = summary(imported) + fmt::format("{}\n", describe(imported.model->network));
    return account;
}

}  // namespace resdyn
