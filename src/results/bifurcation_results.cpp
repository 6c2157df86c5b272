#include "bifurcation_results.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "json_number.hpp"
#include "json_parts.hpp"
#include "table.hpp"

namespace resdyn {

using Json = nlohmann::ordered_json;

namespace {

/// Of counts that may be unknown, −1.
std::optional<Index> known(Index count) {
    return count < 0 ? std::nullopt : std::optional(count);
}

Index dimension_of(const BifurcationDiagram& diagram) {
    return diagram.branches.empty() ? 0 : diagram.branches.front().pattern.size();
}

Json counts_json(Index before, Index after) {
    const auto count = [](Index k) { return k < 0 ? Json(nullptr) : Json(k); };
    return {count(before), count(after)};
}

bool has_angle(const Bifurcation& event) {
    return event.kind == BifurcationKind::Hopf || event.kind == BifurcationKind::NeimarkSacker;
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
    json["unstable"] = counts_json(event.unstable_before, event.unstable_after);
    json["multiplicity"] = event.multiplicity == 0 ? Json(nullptr) : Json(event.multiplicity);
    if (event.kind == BifurcationKind::Singular) {
        json["dimension"] = event.dimension;
    }
    if (has_angle(event)) {
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
    static const Table<CloseSegment> close = {{"pattern", &CloseSegment::pattern},
                                              {"alpha", &CloseSegment::alpha},
                                              {"margin", &CloseSegment::margin}};
    return {{"tolerance", margins.tolerance},
            {"verdicts", margins.verdicts},
            {"smallest_margin", json_number(margins.smallest)},
            {"close", margins.close.size()},
            {"rounded_weights", margins.rounded_weights},
            {"max_denominator", margins.max_denominator},
            {"text", describe(margins)},
            {"close_verdicts", close.json(margins.close)}};
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

Json to_json(const std::vector<MarkedBranches>& marks) {
    static const Table<MarkedBranches> table = {
        {"alpha", &MarkedBranches::alpha},
        {"equilibria", &MarkedBranches::equilibria},
        {"stable", &MarkedBranches::stable},
        {"cycles", &MarkedBranches::cycles},
        {"attracting_cycles", &MarkedBranches::attracting_cycles}};
    return table.json(marks);
}

CsvTable event_table(const BifurcationDiagram& diagram) {
    using E = Bifurcation;
    const auto of_partner = [](auto member) {
        return [member](const E& e) { return e.partner ? std::optional(e.*member) : std::nullopt; };
    };
    const auto of_lyapunov = [](auto member) {
        return [member](const E& e) {
            return e.lyapunov ? std::optional((*e.lyapunov).*member) : std::nullopt;
        };
    };
    const Table<E> table = {
        {"label", [](const E& e) { return label(e.kind); }},
        {"alpha", &E::alpha},
        {"lower", &E::lower},
        {"upper", &E::upper},
        {"exact", &E::exact},
        {"pattern", &E::pattern},
        {"partner", &E::partner},
        {"unit", [](const E& e) { return known(e.unit); }},
        {"unstable_before", [](const E& e) { return known(e.unstable_before); }},
        {"unstable_after", [](const E& e) { return known(e.unstable_after); }},
        {"partner_before", of_partner(&E::partner_before)},
        {"partner_after", of_partner(&E::partner_after)},
        {"multiplicity",
         [](const E& e) {
             return e.multiplicity == 0 ? std::nullopt : std::optional(e.multiplicity);
         }},
        {"dimension",
         [](const E& e) {
             return e.kind == BifurcationKind::Singular ? std::optional(e.dimension) : std::nullopt;
         }},
        {"angle", [](const E& e) { return has_angle(e) ? std::optional(e.angle) : std::nullopt; }},
        {"l1", of_lyapunov(&FirstLyapunovCoefficient::value)},
        {"l1_error", of_lyapunov(&FirstLyapunovCoefficient::error_bound)},
        {"l1_criticality", of_lyapunov(&FirstLyapunovCoefficient::criticality)},
        {"degenerate", &E::degenerate},
        {"residual", &E::residual},
        {"remark", &E::remark},
        Field<E>("y", &E::y).width(dimension_of(diagram))};
    return table.csv(diagram.events);
}

namespace {

/// A row of a run and the run's number from 1.
template <typename Point>
struct Numbered {
    long run;
    const Point* point;
};

template <typename Point>
std::vector<Numbered<Point>> numbered(const std::vector<std::vector<Point>>& runs) {
    std::vector<Numbered<Point>> all;
    for (std::size_t k = 0; k < runs.size(); ++k) {
        for (const Point& point : runs[k]) {
            all.push_back({static_cast<long>(k + 1), &point});
        }
    }
    return all;
}

template <typename Point, typename V>
auto of_point(V Point::*member) {
    return [member](const Numbered<Point>& row) { return row.point->*member; };
}

}  // namespace

CsvTable branch_table(const BifurcationDiagram& diagram,
                      const std::vector<std::vector<BranchPoint>>& rows) {
    using Row = Numbered<BranchPoint>;
    const Index n = dimension_of(diagram);
    const Table<Row> table = {
        {"branch", &Row::run},
        {"pattern",
         [&](const Row& row) {
             return diagram.branches[static_cast<std::size_t>(row.run - 1)].pattern;
         }},
        {"label", of_point(&BranchPoint::label)},
        {"alpha", of_point(&BranchPoint::alpha)},
        {"unstable_dimension", [](const Row& row) { return row.point->flow.unstable; }},
        {"residual", of_point(&BranchPoint::residual)},
        Field<Row>("y", of_point(&BranchPoint::y)).width(n),
        Field<Row>("eigenvalue", of_point(&BranchPoint::eigenvalues)).width(n),
        Field<Row>("multiplier", of_point(&BranchPoint::multipliers)).width(n)};
    return table.csv(numbered(rows));
}

CsvTable continuation_table(const std::vector<std::vector<ContinuationPoint>>& runs) {
    using Row = Numbered<ContinuationPoint>;
    const Table<Row> table = {{"branch", &Row::run},
                              {"label", of_point(&ContinuationPoint::label)},
                              {"alpha", of_point(&ContinuationPoint::alpha)},
                              {"unstable", of_point(&ContinuationPoint::unstable)},
                              {"outside", of_point(&ContinuationPoint::outside)},
                              {"residual", of_point(&ContinuationPoint::residual)},
                              {"y", of_point(&ContinuationPoint::y)}};
    return table.csv(numbered(runs));
}

namespace {

/// Counts of an epoch, with the line of the training record where there is one.
struct EpochRow {
    const EpochCounts* counts;
    const EpochRecord* record;
};

const Table<EpochRow>& epoch_fields() {
    using F = Field<EpochRow>;
    const auto recorded = [](double EpochRecord::*member) {
        return [member](const EpochRow& row) {
            return row.record != nullptr ? std::optional(row.record->*member) : std::nullopt;
        };
    };
    static const Table<EpochRow> table = {
        {"epoch", [](const EpochRow& row) { return row.counts->epoch; }},
        {"equilibria", [](const EpochRow& row) { return row.counts->equilibria; }},
        {"stable", [](const EpochRow& row) { return row.counts->stable; }},
        {"complete", [](const EpochRow& row) { return row.counts->complete; }},
        F("loss", recorded(&EpochRecord::loss)).csv_only(),
        F("held_out_loss", recorded(&EpochRecord::held_out_loss)).csv_only(),
        F("train_accuracy", recorded(&EpochRecord::train_accuracy)).csv_only(),
        F("held_out_accuracy", recorded(&EpochRecord::held_out_accuracy)).csv_only(),
        F("test_accuracy", recorded(&EpochRecord::test_accuracy)).csv_only()};
    return table;
}

std::vector<EpochRow> epochs_of(const PatternHistory& history,
                                const std::vector<EpochRecord>* record) {
    std::vector<EpochRow> rows;
    for (std::size_t k = 0; k < history.epochs.size(); ++k) {
        rows.push_back({&history.epochs[k], record != nullptr ? &(*record)[k] : nullptr});
    }
    return rows;
}

const Table<PatternEvent>& change_fields() {
    using E = PatternEvent;
    using F = Field<E>;
    static const Table<E> table = {
        {"change", &E::change},
        {"pattern", &E::pattern},
        F("epochs",
          [](const E& e) {
              return std::vector<long>{e.before, e.after};
          }).json_only(),
        F("epoch_before", &E::before).csv_only(),
        F("epoch_after", &E::after).csv_only(),
        F("unstable_before", [](const E& e) { return known(e.unstable_before); }).csv_only(),
        F("unstable_after", [](const E& e) { return known(e.unstable_after); }).csv_only()};
    return table;
}

}  // namespace

Json to_json(const PatternHistory& history) {
    Json events = Json::array();
    for (const PatternEvent& e : history.events) {
        events.push_back(Json::object());
        change_fields().add_to(events.back(), e);
        events.back()["unstable"] = counts_json(e.unstable_before, e.unstable_after);
    }
    return {{"method", to_string(history.method)},
            {"scope", history.scope},
            {"patterns", history.tracks.size()},
            {"epochs", epoch_fields().json(epochs_of(history, nullptr))},
            {"events", std::move(events)}};
}

CsvTable layer_residual_table(const LayerResiduals& residuals) {
    struct Row {
        Index place;  ///< among the samples.
        Index layer;
    };
    const auto at = [](Index k) { return static_cast<std::size_t>(k); };
    const Table<Row> table = {
        {"sample", [&, at](const Row& row) { return residuals.samples[at(row.place)]; }},
        {"class", [&](const Row& row) { return residuals.labels[row.place]; }},
        {"layer", &Row::layer},
        {"y",
         [&, at](const Row& row) { return Vector(residuals.y[at(row.layer)].col(row.place)); }}};
    std::vector<Row> rows;
    for (Index s = 0; s < residuals.labels.size(); ++s) {
        for (std::size_t n = 0; n < residuals.y.size(); ++n) {
            rows.push_back({s, static_cast<Index>(n)});
        }
    }
    return table.csv(rows);
}

CsvTable history_table(const PatternHistory& history) {
    struct Row {
        const Pattern* pattern;
        const PatternSighting* seen;
    };
    const auto of = [](auto member) {
        return [member](const Row& row) { return row.seen->*member; };
    };
    const Table<Row> table = {
        {"pattern", [](const Row& row) { return *row.pattern; }},
        {"epoch", of(&PatternSighting::epoch)},
        {"unstable_dimension", [](const Row& row) { return row.seen->flow.unstable; }},
        {"neutral_dimension", [](const Row& row) { return row.seen->flow.neutral; }},
        {"outside", of(&PatternSighting::outside)},
        {"residual", of(&PatternSighting::residual)},
        {"y", of(&PatternSighting::y)}};
    std::vector<Row> rows;
    for (const PatternTrack& track : history.tracks) {
        for (const PatternSighting& sighting : track.sightings) {
            rows.push_back({&track.pattern, &sighting});
        }
    }
    return table.csv(rows);
}

CsvTable epoch_table(const PatternHistory& history, const std::vector<EpochRecord>& record) {
    return epoch_fields().csv(epochs_of(history, &record));
}

CsvTable change_table(const PatternHistory& history) {
    return change_fields().csv(history.events);
}

}  // namespace resdyn
