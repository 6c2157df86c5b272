/// @file
/// The ledger: all claims that were put, with their settings and verdicts, as JSON and CSV (as a
/// page: ledger_page.hpp).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "claim.hpp"
#include "formats/csv.hpp"
#include "results/results.hpp"

namespace resdyn::claims {

inline constexpr int ledger_schema = 2;

struct LedgerEntry {
    Claim claim;
    ClaimResult result;
};

struct Ledger {
    std::vector<LedgerEntry> entries;  ///< by id.
    std::vector<std::string> notes;    ///< of the whole run, in whole sentences.
    bool interrupted = false;          ///< an interrupt came before all claims were decided.
    std::string design{};  ///< JSON of the experiments as they were planned; empty without any.

    /// Some theorem fails.
    bool theorem_fails() const;
    /// Some claim of either kind does not hold, in general or on average.
    bool anything_open() const;
};

/// claims.json: {"schema", "design", "design_sha256", "claims": [{"id", "title", "kind", "verdict",
/// "settings": [{"setting", "prediction", "measured", "tolerance", "text", "verdict"}…],
/// "effects"}…]}, design and effects where claims were tested by seeds (effect_tables.hpp), and
/// "interrupted": true of a ledger that is not whole; numbers that are absent or not finite are
/// null.
nlohmann::ordered_json to_json(const Ledger& ledger);

/// claims.csv: a line a setting.
CsvTable setting_table(const Ledger& ledger);

/// What claims tested by seeds have found, by the claim's number.
std::vector<std::pair<int, const ExperimentFinding*>> experiments_of(const Ledger& ledger);

/// "42 settings: 40 hold, 0 fail, 2 undecided", and how many are negligible where any are.
std::string tally(const ClaimResult& result);

/// "1 theorem    holds      42 settings (2 undecided)  title": for the terminal.
std::string summary_line(const LedgerEntry& entry);

}  // namespace resdyn::claims
