#include "ledger_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "effect_tables.hpp"

namespace resdyn::claims {

namespace {

std::string number_text(const std::optional<double>& value) {
    return value ? fmt::format("{:.4g}", *value) : "";
}

/// "claim-3" owns "claim-3" and "claim-3-…", not "claim-31".
bool belongs(const std::string& figure, int id) {
    const std::string prefix = fmt::format("claim-{}", id);
    return figure == prefix || figure.starts_with(prefix + "-");
}

/// Of every effect what was found, where it holds, and its settings.
void add_effects(plots::ReportSection& section, const ExperimentFinding& finding) {
    for (const EffectFinding& effect : finding.effects) {
        section.paragraphs.push_back(fmt::format(
            "{}{}: {}. {} {} (unit: {}; smallest effect that matters: {:g}.)", effect.effect.name,
            effect.effect.decides ? "" : " (shown only)", to_string(effect.verdict), effect.why,
            effect.effect.meaning + (effect.effect.meaning.ends_with('.') ? "" : "."),
            effect.effect.unit, effect.effect.margin));
        if (effect.pooled) {
            const PooledEffect& pooled = *effect.pooled;
            section.facts.push_back(
                {effect.effect.name, fmt::format("{:+.3g}", pooled.mean),
                 fmt::format("{:+.3g} to {:+.3g}; a new setting {:+.3g} to {:+.3g}; τ = {:.3g}, "
                             "I² = {:.0f} %; {} settings in {} data sets",
                             pooled.low, pooled.high, pooled.prediction_low, pooled.prediction_high,
                             pooled.tau, 100.0 * pooled.i_squared, pooled.settings,
                             pooled.clusters)});
        }
        std::string where;
        for (const std::string& sentence : where_it_holds(effect)) {
            where += (where.empty() ? "" : " ") + sentence;
        }
        if (!where.empty()) {
            section.paragraphs.push_back(std::move(where));
            section.tables.push_back(
                {effect.effect.name + ": factor by factor (" + effect.effect.unit + ")",
                 {"factor", "level", "change", "interval", "p", "p after Holm"},
                 factor_rows(effect)});
        }
        section.tables.push_back(
            {effect.effect.name + ": all settings, as fixed before the run",
             {"setting", "mean", "interval", "seeds", "verdict", "seeds that would settle it"},
             setting_rows(finding, effect)});
    }
}

plots::ReportSection section_of(const LedgerEntry& entry) {
    const Claim& claim = entry.claim;
    plots::ReportSection section{fmt::format("claim-{}", claim.id),
                                 fmt::format("{}. {}", claim.id, claim.title),
                                 figures::Section::System};
    section.paragraphs = {claim.method};
    section.facts = {
        {"verdict", std::string(to_string(entry.result.verdict())),
         entry.result.experiment ? "the weakest of the effects that decide"
                                 : "the worst of the settings"},
        {"kind", std::string(to_string(claim.kind)),
         claim.kind == ClaimKind::Theorem ? "a failure is a mistake in the theory or in the program"
                                          : "a failure is a finding about trained networks"},
        {"settings", fmt::format("{}", entry.result.settings.size()), tally(entry.result)}};
    if (entry.result.experiment) {
        add_effects(section, *entry.result.experiment);
        return section;
    }
    plots::Table table{"All settings, as fixed before the run",
                       {"", "setting", "predicted", "measured", "tolerance", "verdict", "what"},
                       {}};
    for (std::size_t k = 0; k < entry.result.settings.size(); ++k) {
        const Setting& s = entry.result.settings[k];
        table.rows.push_back({fmt::format("{}", k + 1), s.setting, number_text(s.prediction),
                              number_text(s.measured), number_text(s.tolerance),
                              std::string(to_string(s.verdict)), s.text});
    }
    section.tables = {std::move(table)};
    return section;
}

}  // namespace

plots::Page ledger_page(const Ledger& ledger, const Provenance& provenance,
                        const std::vector<plots::RenderedFigure>& figures) {
    plots::Page page;
    page.title = "Ledger of the study's claims";
    page.kicker = fmt::format("resdyn {}", provenance.version);
    for (const ClaimKind kind : {ClaimKind::Theorem, ClaimKind::Empirical}) {
        std::string verdicts;
        for (const LedgerEntry& entry : ledger.entries) {
            if (entry.claim.kind == kind) {
                verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", entry.claim.id,
                                        to_string(entry.result.verdict()));
            }
        }
        if (!verdicts.empty()) {
            page.summary.push_back(fmt::format(
                "{}: {}.", kind == ClaimKind::Theorem ? "Theorems" : "Empirical claims", verdicts));
        }
    }
    page.summary.push_back(
        "A theorem's verdict is that of its worst setting; an empirical claim is an estimate over "
        "settings and seeds. Settings were fixed before the run and all are shown.");
    page.command = provenance.command;
    page.seed = provenance.seed;
    for (const auto& [name, hash] : provenance.input_sha256) {
        page.input_hashes.emplace_back(name, hash);
    }
    page.notes = ledger.notes;
    for (const LedgerEntry& entry : ledger.entries) {
        plots::PageSection section{section_of(entry), {}};
        for (const plots::RenderedFigure& rendered : figures) {
            if (belongs(rendered.figure.id, entry.claim.id)) {
                section.figures.push_back(rendered);
            }
        }
        page.sections.push_back(std::move(section));
        for (const std::string& note : entry.result.notes) {
            page.notes.push_back(fmt::format("Claim {}: {}", entry.claim.id, note));
        }
    }
    page.files = {"claims.json",        "claims.csv",       "effects.csv", "effect_settings.csv",
                  "effect_factors.csv", "effect_seeds.csv", "results.json"};
    if (experiments_of(ledger).empty()) {
        page.files = {"claims.json", "claims.csv", "results.json"};
    }
    return page;
}

}  // namespace resdyn::claims
