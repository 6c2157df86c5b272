#include "ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "effect_tables.hpp"
#include "formats/sha256.hpp"

namespace resdyn::claims {

namespace {

Index count(const ClaimResult& result, Verdict verdict) {
    return std::count_if(result.settings.begin(), result.settings.end(),
                         [verdict](const Setting& s) { return s.verdict == verdict; });
}

nlohmann::ordered_json number_or_null(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? nlohmann::ordered_json(*value)
                                          : nlohmann::ordered_json();
}

}  // namespace

std::string tally(const ClaimResult& result) {
    const Index negligible = count(result, Verdict::Negligible);
    return fmt::format("{} settings: {} hold, {} fail, {} undecided{}", result.settings.size(),
                       count(result, Verdict::Holds), count(result, Verdict::Fails),
                       count(result, Verdict::Undecided),
                       negligible > 0 ? fmt::format(", {} negligible", negligible) : "");
}

bool Ledger::theorem_fails() const {
    return std::any_of(entries.begin(), entries.end(), [](const LedgerEntry& e) {
        return e.claim.kind == ClaimKind::Theorem && e.result.verdict() == Verdict::Fails;
    });
}

bool Ledger::anything_open() const {
    return std::any_of(entries.begin(), entries.end(),
                       [](const LedgerEntry& e) { return !holds(e.result.verdict()); });
}

nlohmann::ordered_json to_json(const Ledger& ledger) {
    nlohmann::ordered_json json = {{"schema", ledger_schema}};
    if (!ledger.design.empty()) {
        json["design"] = nlohmann::ordered_json::parse(ledger.design);
        json["design_sha256"] = sha256(ledger.design);
    }
    json["claims"] = nlohmann::ordered_json::array();
    for (const LedgerEntry& entry : ledger.entries) {
        nlohmann::ordered_json settings = nlohmann::ordered_json::array();
        for (const Setting& s : entry.result.settings) {
            settings.push_back({{"setting", s.setting},
                                {"prediction", number_or_null(s.prediction)},
                                {"measured", number_or_null(s.measured)},
                                {"tolerance", number_or_null(s.tolerance)},
                                {"text", s.text},
                                {"verdict", to_string(s.verdict)}});
        }
        json["claims"].push_back({{"id", entry.claim.id},
                                  {"title", entry.claim.title},
                                  {"kind", to_string(entry.claim.kind)},
                                  {"verdict", to_string(entry.result.verdict())},
                                  {"settings", std::move(settings)}});
        if (entry.result.experiment) {
            json["claims"].back()["effects"] = effects_json(*entry.result.experiment);
        }
    }
    if (ledger.interrupted) {
        json["interrupted"] = true;
    }
    return json;
}

CsvTable setting_table(const Ledger& ledger) {
    CsvTable table(
        {"claim", "kind", "setting", "prediction", "measured", "tolerance", "verdict", "text"});
    const auto cell = [](const std::optional<double>& value) -> CsvTable::Cell {
        return value.value_or(std::numeric_limits<double>::quiet_NaN());
    };
    for (const LedgerEntry& entry : ledger.entries) {
        for (const Setting& s : entry.result.settings) {
            table.add({static_cast<long>(entry.claim.id), std::string(to_string(entry.claim.kind)),
                       s.setting, cell(s.prediction), cell(s.measured), cell(s.tolerance),
                       std::string(to_string(s.verdict)), s.text});
        }
    }
    return table;
}

std::vector<std::pair<int, const ExperimentFinding*>> experiments_of(const Ledger& ledger) {
    std::vector<std::pair<int, const ExperimentFinding*>> found;
    for (const LedgerEntry& entry : ledger.entries) {
        if (entry.result.experiment) {
            found.emplace_back(entry.claim.id, &*entry.result.experiment);
        }
    }
    return found;
}

std::string summary_line(const LedgerEntry& entry) {
    std::string line =
        fmt::format("{:>2}  {:<10}{:<16}  {}\n                                {}", entry.claim.id,
                    to_string(entry.claim.kind), to_string(entry.result.verdict()),
                    entry.claim.title, tally(entry.result));
    if (entry.result.experiment) {
        for (const EffectFinding& effect : entry.result.experiment->effects) {
            line += fmt::format("\n                                {}{}: {}. {}",
                                effect.effect.name, effect.effect.decides ? "" : " (shown only)",
                                to_string(effect.verdict), effect.why);
        }
    }
    return line;
}

}  // namespace resdyn::claims
