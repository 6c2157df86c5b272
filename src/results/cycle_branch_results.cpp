#include "cycle_branch_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "json_parts.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t most_told = 20;  // branches

/// "h" or "alpha": what the branches run along.
std::string_view parameter_of(const CycleBranches& cycles) {
    return cycles.step ? "alpha" : "h";
}

double step_of(const CycleBranches& cycles, const CycleBranchPoint& point) {
    return cycles.step.value_or(point.parameter);
}

std::string end_words(CycleBranchEnd end) {
    switch (end) {
        case CycleBranchEnd::Range:
            return "to the end of the range";
        case CycleBranchEnd::PeriodGrows:
            return "ends: its period grows, perhaps on its way to a saddle";
        case CycleBranchEnd::Shrinks:
            return "ends: shrinks to a point";
        case CycleBranchEnd::Merges:
            return "ends where it merges with half its period";
        case CycleBranchEnd::Grows:
            return "ends: runs off to the levels";
        case CycleBranchEnd::Family:
            return "a family of cycles at this value alone";
        case CycleBranchEnd::PointLimit:
            return "ends: most points";
        case CycleBranchEnd::NoConvergence:
            return "ends: no convergence";
    }
    return "";
}

Json events_json(const CycleBranches& cycles, const CycleBranch& branch) {
    Json events = Json::array();
    for (const CycleBranchPoint& point : branch.points) {
        if (point.label != CycleLabel::Regular) {
            events.push_back({{"label", to_string(point.label)},
                              {"alpha", json_number(point.parameter)},
                              {"h", json_number(step_of(cycles, point))},
                              {"residual", json_number(point.residual)},
                              {"outside", point.outside},
                              {"leaving", point.leaving},
                              {"amplitude", json_number(point.amplitude)},
                              {"multipliers", json_numbers(point.multipliers)}});
        }
    }
    return events;
}

}  // namespace

Json to_json(const CycleBranches& cycles) {
    Json branches = Json::array();
    for (const CycleBranch& branch : cycles.branches) {
        branches.push_back({{"face", to_string(branch.face)},
                            {"period", branch.period},
                            {"parent", branch.parent ? Json(*branch.parent) : Json()},
                            {"born", to_string(branch.born)},
                            {"birth", json_number(branch.birth)},
                            {"grows_upward", branch.grows_upward},
                            {"end", to_string(branch.end)},
                            {"points", branch.points.size()},
                            {"events", events_json(cycles, branch)}});
    }
    Json cascades = Json::array();
    for (const DoublingCascade& cascade : cycles.cascades) {
        cascades.push_back({{"steps", json_numbers(cascade.parameters)},
                            {"ratios", json_numbers(cascade.ratios)},
                            {"limit", cascade.limit ? json_number(*cascade.limit) : Json()}});
    }
    return {{"along", parameter_of(cycles)},
            {"branches", std::move(branches)},
            {"cascades", std::move(cascades)},
            {"not_followed", cycles.not_followed},
            {"not_attracting", cycles.not_attracting}};
}

CsvTable cycle_branch_table(const CycleBranches& cycles) {
    CsvTable table({"branch", "face", "period", "alpha", "h", "label", "outside", "leaving",
                    "amplitude", "residual", "multiplier_re", "multiplier_im"});
    for (std::size_t k = 0; k < cycles.branches.size(); ++k) {
        const CycleBranch& branch = cycles.branches[k];
        for (const CycleBranchPoint& point : branch.points) {
            const Complex largest =
                point.multipliers.empty() ? Complex(NAN, NAN) : point.multipliers.front();
            table.add({static_cast<long>(k), to_string(branch.face), branch.period, point.parameter,
                       step_of(cycles, point), std::string(to_string(point.label)), point.outside,
                       point.leaving, point.amplitude, point.residual, largest.real(),
                       largest.imag()});
        }
    }
    return table;
}

std::string cycle_branch_text(const CycleBranches& cycles) {
    const std::string_view parameter = parameter_of(cycles);
    std::string text = fmt::format(
        "cycles of the network{}: {} branches from flips{}{}\n",
        cycles.step ? fmt::format(" at h = {}", *cycles.step) : "", cycles.branches.size(),
        cycles.not_followed > 0
            ? fmt::format(", {} births not followed (longer periods, or too many)",
                          cycles.not_followed)
            : "",
        cycles.not_attracting > 0
            ? fmt::format(
                  ", {} PDs of equilibria whose face attracts nowhere in the range left out",
                  cycles.not_attracting)
            : "");
    for (std::size_t k = 0; k < std::min(cycles.branches.size(), most_told); ++k) {
        const CycleBranch& branch = cycles.branches[k];
        text += fmt::format("  {}  {}  period {} from {} at {} = {:.10g}, {}:", k,
                            to_string(branch.face), branch.period, to_string(branch.born),
                            parameter, branch.birth, branch.grows_upward ? "upward" : "downward");
        for (const CycleBranchPoint& point : branch.points) {
            if (point.label != CycleLabel::Regular) {
                text += fmt::format(" {} {:.10g}", to_string(point.label), point.parameter);
            }
        }
        text += "; " + end_words(branch.end) + "\n";
    }
    if (cycles.branches.size() > most_told) {
        text +=
            fmt::format("  {} more in cycle_branches.csv\n", cycles.branches.size() - most_told);
    }
    for (const DoublingCascade& cascade : cycles.cascades) {
        text += fmt::format("cascade: PD at {} = {:.10g}; ratios {:.5g} (Feigenbaum: 4.66920)",
                            parameter, fmt::join(cascade.parameters, ", "),
                            fmt::join(cascade.ratios, ", "));
        text +=
            cascade.limit ? fmt::format("; accumulates at about {:.8g}\n", *cascade.limit) : "\n";
    }
    return text;
}

Json to_json(const FlowCycleBranches& cycles) {
    Json branches = Json::array();
    for (const FlowCycleBranch& branch : cycles.branches) {
        Json events = Json::array();
        for (const FlowCyclePoint& point : branch.points) {
            if (point.label != CycleLabel::Regular) {
                events.push_back({{"label", to_string(point.label)},
                                  {"alpha", json_number(point.alpha)},
                                  {"period", json_number(point.period)},
                                  {"residual", json_number(point.residual)},
                                  {"trivial_error", json_number(point.trivial_error)},
                                  {"outside", point.outside},
                                  {"multipliers", json_numbers(point.multipliers)}});
            }
        }
        branches.push_back({{"face", to_string(branch.face)},
                            {"turns", branch.turns},
                            {"parent", branch.parent ? Json(*branch.parent) : Json()},
                            {"born", to_string(branch.born)},
                            {"birth", json_number(branch.birth)},
                            {"frequency", json_number(branch.frequency)},
                            {"end", to_string(branch.end)},
                            {"points", branch.points.size()},
                            {"events", std::move(events)}});
    }
    return {{"branches", std::move(branches)}, {"not_followed", cycles.not_followed}};
}

CsvTable flow_cycle_table(const FlowCycleBranches& cycles) {
    std::vector<std::string> columns = {
        "branch",  "face",     "turns",         "alpha",         "label",        "period",
        "outside", "residual", "trivial_error", "multiplier_re", "multiplier_im"};
    const Index n = cycles.branches.empty() ? 0 : cycles.branches.front().face.size();
    for (const char* side : {"low", "high"}) {
        for (Index i = 0; i < n; ++i) {
            columns.push_back(fmt::format("{}_{}", side, i));
        }
    }
    CsvTable table(columns);
    for (std::size_t k = 0; k < cycles.branches.size(); ++k) {
        for (const FlowCyclePoint& point : cycles.branches[k].points) {
            const Complex largest =
                point.multipliers.empty() ? Complex(NAN, NAN) : point.multipliers.front();
            std::vector<CsvTable::Cell> row = {static_cast<long>(k),
                                               to_string(cycles.branches[k].face),
                                               cycles.branches[k].turns,
                                               point.alpha,
                                               std::string(to_string(point.label)),
                                               point.period,
                                               point.outside,
                                               point.residual,
                                               point.trivial_error,
                                               largest.real(),
                                               largest.imag()};
            row.insert(row.end(), point.low.begin(), point.low.end());
            row.insert(row.end(), point.high.begin(), point.high.end());
            table.add(row);
        }
    }
    return table;
}

std::string flow_cycle_text(const FlowCycleBranches& cycles) {
    std::string text = fmt::format(
        "cycles of the flow: {} branches from Hopf points, their PDs and BPs{}\n",
        cycles.branches.size(),
        cycles.not_followed > 0
            ? fmt::format(", {} births not followed (degenerate, too many, or no cycle found)",
                          cycles.not_followed)
            : "");
    for (std::size_t k = 0; k < std::min(cycles.branches.size(), most_told); ++k) {
        const FlowCycleBranch& branch = cycles.branches[k];
        text += fmt::format(
            "  {}  {}  from {} at {:.10g}{}:", k, to_string(branch.face), to_string(branch.born),
            branch.birth,
            branch.parent ? fmt::format(" of {} ({} turns)", *branch.parent, branch.turns) : "");
        for (const FlowCyclePoint& point : branch.points) {
            if (point.label != CycleLabel::Regular) {
                text += fmt::format(" {} {:.8g} (T = {:.5g})", to_string(point.label), point.alpha,
                                    point.period);
            }
        }
        text += "; " + end_words(branch.end) + "\n";
    }
    return text;
}

}  // namespace resdyn
