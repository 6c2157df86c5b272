#include <resdyn/results/bifurcation_results.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <resdyn/results/json_number.hpp>
#include <resdyn/results/json_parts.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

std::string text(std::string_view view) {
    return std::string(view);
}

CsvTable::Cell count_or_nothing(Index count) {
    return count < 0 ? CsvTable::Cell(std::string()) : CsvTable::Cell(count);
}

void add_state_columns(std::vector<std::string>& columns, Index n) {
    for (Index i = 0; i < n; ++i) {
        columns.push_back(fmt::format("y_{}", i));
    }
}

void add_state(std::vector<CsvTable::Cell>& row, const Vector& y, Index n) {
    for (Index i = 0; i < n; ++i) {
        row.push_back(i < y.size() ? CsvTable::Cell(y[i]) : CsvTable::Cell(std::string()));
    }
}

Index dimension_of(const BifurcationDiagram& diagram) {
    return diagram.branches.empty() ? 0 : diagram.branches.front().pattern.size();
}

Json counts(const SpectralCounts& c) {
    return {{"unstable", c.unstable}, {"stable", c.stable}, {"neutral", c.neutral}};
}

}  // namespace

Json to_json(const Bifurcation& event) {
    Json json = {{"label", label(event.kind)},
                 {"alpha", event.alpha},
                 {"bracket", {event.lower, event.upper}},
                 {"exact", event.exact.empty() ? Json(nullptr) : Json(event.exact)},
                 {"pattern", to_string(event.pattern)}};
    if (event.partner) {
        json["partner"] = to_string(*event.partner);
        json["partner_exists"] = {event.partner_before, event.partner_after};
        json["unit"] = event.unit;
    }
    json["unstable"] = {event.unstable_before < 0 ? Json(nullptr) : Json(event.unstable_before),
                        event.unstable_after < 0 ? Json(nullptr) : Json(event.unstable_after)};
    json["multiplicity"] = event.multiplicity == 0 ? Json(nullptr) : Json(event.multiplicity);
    if (event.kind == BifurcationKind::Singular) {
        json["dimension"] = event.dimension;
    }
    if (event.kind == BifurcationKind::Hopf || event.kind == BifurcationKind::NeimarkSacker) {
        json["angle"] = event.angle;
    }
    if (event.lyapunov) {
        json["first_lyapunov_coefficient"] = {
            {"value", json_number(event.lyapunov->value)},
            {"error_bound", json_number(event.lyapunov->error_bound)},
            {"criticality", to_string(event.lyapunov->criticality)},
            {"frequency", event.lyapunov->frequency},
            {"real_part", event.lyapunov->real_part}};
    }
    json["degenerate"] = event.degenerate;
    json["y"] = json_numbers(event.y);
    json["residual"] = event.residual;
    json["remark"] = event.remark;
    return json;
}

Json to_json(const PathMargins& margins) {
    Json close = Json::array();
    for (const CloseSegment& segment : margins.close) {
        close.push_back({{"pattern", to_string(segment.pattern)},
                         {"alpha", segment.alpha},
                         {"margin", segment.margin}});
    }
    return {{"tolerance", margins.tolerance},
            {"verdicts", margins.verdicts},
            {"smallest_margin", json_number(margins.smallest)},
            {"close", margins.close.size()},
            {"rounded_weights", margins.rounded_weights},
            {"max_denominator", margins.max_denominator},
            {"text", describe(margins)},
            {"close_verdicts", std::move(close)}};
}

Json to_json(const BifurcationDiagram& diagram) {
    Json events = Json::array();
    for (const Bifurcation& event : diagram.events) {
        events.push_back(to_json(event));
    }
    Json branches = Json::array();
    for (const EquilibriumBranch& branch : diagram.branches) {
        Json segments = Json::array();
        for (const BranchSegment& segment : branch.segments) {
            segments.push_back({{"from", segment.from},
                                {"to", segment.to},
                                {"flow", counts(segment.flow)},
                                {"map", counts(segment.map)}});
        }
        branches.push_back({{"pattern", to_string(branch.pattern)},
                            {"from", branch.from},
                            {"to", branch.to},
                            {"decided", branch.decided},
                            {"segments", std::move(segments)}});
    }
    Json permanent = Json::array();
    for (const Pattern& pattern : diagram.permanent_continua) {
        permanent.push_back(to_string(pattern));
    }
    return {{"complete", diagram.complete},
            {"scope", diagram.scope},
            {"undecided_branches", diagram.undecided_branches},
            {"permanent_continua", std::move(permanent)},
            {"events", std::move(events)},
            {"branches", std::move(branches)}};
}

CsvTable event_table(const BifurcationDiagram& diagram) {
    const Index n = dimension_of(diagram);
    std::vector<std::string> columns = {
        "label",           "alpha",          "lower",          "upper",
        "exact",           "pattern",        "partner",        "unit",
        "unstable_before", "unstable_after", "partner_before", "partner_after",
        "multiplicity",    "dimension",      "angle",          "l1",
        "l1_error",        "l1_criticality", "degenerate",     "residual",
        "remark"};
    add_state_columns(columns, n);
    CsvTable table(columns);
    for (const Bifurcation& e : diagram.events) {
        const bool singular = e.kind == BifurcationKind::Singular;
        const bool has_angle =
            e.kind == BifurcationKind::Hopf || e.kind == BifurcationKind::NeimarkSacker;
        std::vector<CsvTable::Cell> row = {
            text(label(e.kind)),
            e.alpha,
            e.lower,
            e.upper,
            e.exact,
            to_string(e.pattern),
            e.partner ? to_string(*e.partner) : std::string(),
            e.unit < 0 ? CsvTable::Cell(std::string()) : CsvTable::Cell(e.unit),
            count_or_nothing(e.unstable_before),
            count_or_nothing(e.unstable_after),
            text(!e.partner         ? ""
                 : e.partner_before ? "true"
                                    : "false"),
            text(!e.partner        ? ""
                 : e.partner_after ? "true"
                                   : "false"),
            e.multiplicity == 0 ? CsvTable::Cell(std::string()) : CsvTable::Cell(e.multiplicity),
            singular ? CsvTable::Cell(e.dimension) : CsvTable::Cell(std::string()),
            has_angle ? CsvTable::Cell(e.angle) : CsvTable::Cell(std::string())};
        if (e.lyapunov) {
            row.insert(row.end(), {e.lyapunov->value, e.lyapunov->error_bound,
                                   text(to_string(e.lyapunov->criticality))});
        } else {
            row.insert(row.end(), {"", "", ""});
        }
        row.insert(row.end(), {text(e.degenerate ? "true" : "false"), e.residual, e.remark});
        add_state(row, e.y, n);
        table.add(row);
    }
    return table;
}

CsvTable branch_table(const BifurcationDiagram& diagram,
                      const std::vector<std::vector<BranchPoint>>& rows) {
    const Index n = dimension_of(diagram);
    std::vector<std::string> columns = {
        "branch", "pattern", "label", "alpha", "unstable_dimension", "residual"};
    add_state_columns(columns, n);
    for (const char* name : {"eigenvalue", "multiplier"}) {
        for (Index i = 0; i < n; ++i) {
            columns.push_back(fmt::format("{}_{}_re", name, i));
            columns.push_back(fmt::format("{}_{}_im", name, i));
        }
    }
    CsvTable table(columns);
    for (std::size_t k = 0; k < rows.size(); ++k) {
        for (const BranchPoint& point : rows[k]) {
            std::vector<CsvTable::Cell> row = {static_cast<long>(k + 1),
                                               to_string(diagram.branches[k].pattern),
                                               point.label,
                                               point.alpha,
                                               point.flow.unstable,
                                               point.residual};
            add_state(row, point.y, n);
            for (const auto* values : {&point.eigenvalues, &point.multipliers}) {
                for (const Complex value : *values) {
                    row.emplace_back(value.real());
                    row.emplace_back(value.imag());
                }
            }
            table.add(row);
        }
    }
    return table;
}

CsvTable continuation_table(const std::vector<std::vector<ContinuationPoint>>& runs) {
    Index n = 0;
    for (const auto& run : runs) {
        n = run.empty() ? n : run.front().y.size();
    }
    std::vector<std::string> columns = {"branch",   "label",   "alpha",
                                        "unstable", "outside", "residual"};
    add_state_columns(columns, n);
    CsvTable table(columns);
    for (std::size_t k = 0; k < runs.size(); ++k) {
        for (const ContinuationPoint& point : runs[k]) {
            std::vector<CsvTable::Cell> row = {static_cast<long>(k + 1),
                                               text(to_string(point.label)),
                                               point.alpha,
                                               point.unstable,
                                               point.outside,
                                               point.residual};
            add_state(row, point.y, n);
            table.add(row);
        }
    }
    return table;
}

Json to_json(const PatternHistory& history) {
    Json epochs = Json::array();
    for (const EpochCounts& e : history.epochs) {
        epochs.push_back({{"epoch", e.epoch},
                          {"equilibria", e.equilibria},
                          {"stable", e.stable},
                          {"complete", e.complete}});
    }
    Json events = Json::array();
    for (const PatternEvent& e : history.events) {
        events.push_back({{"change", to_string(e.change)},
                          {"pattern", to_string(e.pattern)},
                          {"epochs", {e.before, e.after}},
                          {"unstable",
                           {e.unstable_before < 0 ? Json(nullptr) : Json(e.unstable_before),
                            e.unstable_after < 0 ? Json(nullptr) : Json(e.unstable_after)}}});
    }
    return {{"method", to_string(history.method)},
            {"scope", history.scope},
            {"patterns", history.tracks.size()},
            {"epochs", std::move(epochs)},
            {"events", std::move(events)}};
}

CsvTable history_table(const PatternHistory& history) {
    const Index n = history.tracks.empty() ? 0 : history.tracks.front().pattern.size();
    std::vector<std::string> columns = {"pattern",           "epoch",   "unstable_dimension",
                                        "neutral_dimension", "outside", "residual"};
    add_state_columns(columns, n);
    CsvTable table(columns);
    for (const PatternTrack& track : history.tracks) {
        for (const PatternSighting& s : track.sightings) {
            std::vector<CsvTable::Cell> row = {to_string(track.pattern), s.epoch,   s.flow.unstable,
                                               s.flow.neutral,           s.outside, s.residual};
            add_state(row, s.y, n);
            table.add(row);
        }
    }
    return table;
}

CsvTable epoch_table(const PatternHistory& history, const std::vector<EpochRecord>& record) {
    CsvTable table({"epoch", "equilibria", "stable", "complete", "loss", "held_out_loss",
                    "train_accuracy", "held_out_accuracy", "test_accuracy"});
    for (std::size_t k = 0; k < history.epochs.size(); ++k) {
        const EpochCounts& e = history.epochs[k];
        const EpochRecord& r = record[k];
        table.add({e.epoch, e.equilibria, e.stable, text(e.complete ? "true" : "false"), r.loss,
                   r.held_out_loss, r.train_accuracy, r.held_out_accuracy, r.test_accuracy});
    }
    return table;
}

CsvTable change_table(const PatternHistory& history) {
    CsvTable table(
        {"change", "pattern", "epoch_before", "epoch_after", "unstable_before", "unstable_after"});
    for (const PatternEvent& e : history.events) {
        table.add({text(to_string(e.change)), to_string(e.pattern), e.before, e.after,
                   count_or_nothing(e.unstable_before), count_or_nothing(e.unstable_after)});
    }
    return table;
}

}  // namespace resdyn
