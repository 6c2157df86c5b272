#include <resdyn/accounts/branch_account.hpp>

#include <algorithm>

#include <resdyn/figures/bifurcation_figures.hpp>
#include <resdyn/results/bifurcation_results.hpp>
#include <resdyn/results/equilibrium_words.hpp>

#include "words.hpp"

namespace resdyn {

namespace {

constexpr std::size_t most_printed = 40;      // events in words
constexpr std::size_t patterns_printed = 12;  // permanent continua in words

std::string count_text(Index count) {
    return count < 0 ? "-" : fmt::format("{}", count);
}

void tell_event(Words& say, const Bifurcation& e) {
    constexpr std::size_t short_fraction = 16;  // longer ones are in events.csv
    const std::string place =
        e.exact.empty() ? fmt::format("{:.13g} +- {:.0e}", e.alpha, 0.5 * (e.upper - e.lower))
        : e.exact.size() <= short_fraction ? fmt::format("{:.13g} = {}", e.alpha, e.exact)
                                           : fmt::format("{:.13g} rational", e.alpha);
    say("{:<9}{:<34} {}", label(e.kind), place, to_string(e.pattern));
    if (e.partner) {
        say(" with {} ({})", to_string(*e.partner),
            e.partner_before && e.partner_after ? "there on both sides"
            : e.partner_before                  ? "there before"
            : e.partner_after                   ? "there after"
                                                : "on neither side");
    }
    if (e.kind == BifurcationKind::Singular) {
        say(", a continuum of dimension {}", e.dimension);
    } else {
        say("  unstable {} -> {}", count_text(e.unstable_before), count_text(e.unstable_after));
    }
    if (e.lyapunov) {
        say("  l1 = {:.6g} +- {:.1e}: {}", e.lyapunov->value, e.lyapunov->error_bound,
            to_string(e.lyapunov->criticality));
    }
    say("  |flow| = {:.1e}{}{}\n", e.residual, e.remark.empty() ? "" : "; ", e.remark);
}

void tell_diagram(Words& say, const BifurcationDiagram& diagram) {
    say("{}: {} branches, {} events{}\n", diagram.scope, diagram.branches.size(),
        diagram.events.size(), diagram.complete ? " (complete: every pattern was followed)" : "");
    if (diagram.undecided_branches > 0) {
        say("not decided on {} branches: an eigenvalue pair stays on its limit for every "
            "alpha, or crossings lie too close together\n",
            diagram.undecided_branches);
    }
    if (!diagram.permanent_continua.empty()) {
        say("singular for every alpha: {} faces hold a continuum throughout, which is no "
            "branch and is not followed:",
            diagram.permanent_continua.size());
        for (std::size_t k = 0; k < std::min(patterns_printed, diagram.permanent_continua.size());
             ++k) {
            say(" {}", to_string(diagram.permanent_continua[k]));
        }
        say("{}\n", diagram.permanent_continua.size() > patterns_printed ? " ..." : "");
    }
    for (std::size_t k = 0; k < std::min(most_printed, diagram.events.size()); ++k) {
        tell_event(say, diagram.events[k]);
    }
    if (diagram.events.size() > most_printed) {
        say("{} more in events.csv\n", diagram.events.size() - most_printed);
    }
}

}  // namespace

Account account_of(const BranchStudy& study, const ResidualSystem& system,
                   const BranchSubject& subject) {
    const BifurcationDiagram& diagram = study.diagram;
    Account account;
    account.json = head_of(system);
    account.json["dimension"] = subject.dimension;
    account.json["path"] = subject.path;
    account.json["from"] = subject.from;
    account.json["to"] = subject.to;
    account.json.update(to_json(diagram));
    account.json["rounding"] = to_json(study.margins);
    if (subject.whole) {
        account.json["weights_read_as"] = to_json(*subject.whole);
    }
    account.tables = {{"events.csv", event_table(diagram)},
                      {"branches.csv", branch_table(diagram, study.rows)}};
    if (study.recheck) {
        account.json["continuation"] = {{"no_convergence", study.recheck->no_convergence},
                                        {"largest_residual", study.recheck->largest_residual}};
        account.tables.emplace_back("continuation.csv", continuation_table(study.recheck->runs));
    }
    account.figures = {
        figures::bifurcation_figure(diagram, study.rows, study.continua, subject.parameter)};
    Words say;
    say("{}, N = {}, h = {}, path {} from {} to {}\n", to_string(system.activation()),
        subject.dimension, system.step(), subject.path, subject.from, subject.to);
    tell_diagram(say, diagram);
    if (subject.whole) {
        say("{}", reading_line(*subject.whole));
    }
    say("{}\n", describe(study.margins));
    if (study.recheck) {
        say("continuation: {} branches again, {} without convergence (MX), residuals up to "
            "{:.1e}\n",
            diagram.branches.size(), study.recheck->no_convergence,
            study.recheck->largest_residual);
    }
    account.words = std::move(say).text();
    return account;
}

}  // namespace resdyn
