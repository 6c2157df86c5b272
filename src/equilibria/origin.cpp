#include <resdyn/equilibria/origin.hpp>

#include <fmt/format.h>

#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/equilibria/origin_from_directions.hpp>

#include "copositive_diagonal.hpp"
#include "exact_weights.hpp"
#include "repelling_rays.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

constexpr Index largest_copositivity = 20;
constexpr Index largest_dimension = 1024;
constexpr Index largest_program = 64;  // units; beyond, its exact check takes minutes

/// Principal submatrices looked at for one verdict on copositivity.
constexpr Index copositivity_blocks = 20'000;

/// −(W + Wᵀ).
IntegerMatrix negative_form(const IntegerMatrix& W) {
    IntegerMatrix M(W.rows(), W.cols());
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            M(i, j) = -(W(i, j) + W(j, i));
        }
    }
    return M;
}

/// p ≥ 0, p ≠ 0 with pᵀW ≥ 0: named where it is plain to see (a row, all rows alike), else decided
/// by its alternative (Ville), a y > 0 with Wy < 0, up to largest_program units.
std::optional<std::string> rising_combination(const IntegerMatrix& W) {
    for (Index i = 0; i < W.rows(); ++i) {
        bool rises = true;
        for (Index j = 0; j < W.cols(); ++j) {
            rises = rises && W(i, j) >= 0;
        }
        if (rises) {
            return fmt::format("u_{} never falls: row {} of W has no negative entry", i, i);
        }
    }
    bool all_columns = true;
    for (Index j = 0; j < W.cols(); ++j) {
        Integer sum = 0;
        for (Index i = 0; i < W.rows(); ++i) {
            sum += W(i, j);
        }
        all_columns = all_columns && sum >= 0;
    }
    if (all_columns) {
        return "the sum of u never falls: no column of W has a negative sum";
    }
    if (W.rows() > largest_program) {
        return std::nullopt;
    }
    std::vector<std::vector<Rational>> rows;
    for (Index i = 0; i < W.rows(); ++i) {
        Integer size = 1;
        for (Index j = 0; j < W.cols(); ++j) {
            size += abs(W(i, j));
        }
        const Integer power = Integer(1) << (msb(size) + 1);
        rows.emplace_back();
        for (Index j = 0; j < W.cols(); ++j) {
            rows.back().emplace_back(W(i, j), power);
        }
    }
    if (separating_weights(rows, W.cols())) {
        return std::nullopt;
    }
    return "some sum of p u, p >= 0, never falls: no y > 0 has W y < 0 (Ville's alternative, "
           "exact)";
}

constexpr const char* interrupted = "interrupted before it was decided";

std::string unit_names(const std::vector<Index>& units) {
    return fmt::format("{}", fmt::join(units, ", "));
}

/// Fills what concerns stability, and P.
void decide_stability(const IntegerMatrix& W, const RaySearch& rays, const OriginOptions& options,
                      OriginReport& report) {
    report.supports = rays.supports;
    report.all_supports = rays.complete;
    if (rays.repelling) {
        report.stable = Decision::No;
        report.repelling_ray = *rays.repelling;
        report.stable_reason =
            fmt::format("repels along a ray in the face of units {}: W v = 1 there, v > 0",
                        unit_names(*rays.repelling));
        return;
    }
    if (rays.complete && !rays.resting) {
        report.stable = Decision::Yes;
        report.stable_reason =
            "none of the 2^N faces holds a ray that leads away or rests: asymptotically stable";
    }
    const DiagonalLimits limits{.max_cuts = options.max_cuts,
                                .copositivity = {.max_blocks = copositivity_blocks,
                                                 .stop_requested = options.stop_requested}};
    if (!rays.resting) {  // else vᵀPWv = 0 for every P
        report.P = copositive_diagonal(W, limits);
    }
    if (report.P) {
        report.stable = Decision::Yes;
        report.stable_reason = "-PW is strictly copositive for a diagonal P > 0";
    } else if (report.stable == Decision::NotDecided) {
        if (copositivity(negative_form(W), false, limits.copositivity).status ==
            CopositivityStatus::Holds) {
            report.stable = Decision::Yes;
            report.stable_reason = "-W is copositive: the sum of log(1 + exp u) never grows";
        } else if (options.stop_requested && options.stop_requested()) {
            report.stable_reason = interrupted;
        } else if (rays.complete) {
            report.stable_reason = fmt::format(
                "no criterion applies: no ray leads away, one in the face of units {} rests",
                unit_names(*rays.resting));
        } else {
            report.stable_reason = fmt::format(
                "no criterion applies; no ray leads away in the faces of up to {} "
                "units ({} faces looked at), larger ones were not searched",
                rays.whole_size, rays.supports);
        }
    }
}

void validate(const ResidualSystem& system, const OriginOptions& options) {
    if (system.activation() != Activation::Logistic) {
        reject_argument("origin_report", "a logistic system", to_string(system.activation()));
    }
    if (system.dimension() > largest_dimension) {
        reject_argument("origin_report", fmt::format("at most {} units", largest_dimension),
                        fmt::format("{}", system.dimension()));
    }
    if (options.max_supports < 1 || options.max_cuts < 0) {
        reject_argument("origin_report", "max_supports >= 1 and max_cuts >= 0",
                        fmt::format("{}, {}", options.max_supports, options.max_cuts));
    }
}

OriginReport report_with(const ResidualSystem& system, const RaySearch& rays,
                         const OriginOptions& options) {
    const exact::BinaryMatrix weights = exact_weights(system);
    const IntegerMatrix& W = weights.entries;
    const auto stopped = [&] { return options.stop_requested && options.stop_requested(); };
    OriginReport report;
    decide_stability(W, rays, options, report);
    if (report.P) {
        report.attracts = Decision::Yes;
        report.attracts_reason = report.stable_reason;
        return report;
    }
    if (stopped()) {
        report.attracts_reason = interrupted;
    } else if (const auto rising = rising_combination(W)) {
        report.attracts = Decision::No;
        report.attracts_reason = *rising;
    } else {
        const StableRival rival = options.rival ? options.rival() : StableRival{};
        if (rival.found) {
            report.attracts = Decision::No;
            report.attracts_reason = fmt::format("{} is stable", to_string(*rival.found));
        } else {
            report.attracts_reason =
                rival.all_searched && W.rows() <= largest_program
                    ? "no criterion applies: no other stable equilibrium, no sum that never falls, "
                      "no P found"
                    : "no criterion applies within the limits of the search";
        }
    }
    return report;
}

}  // namespace

std::string_view to_string(Decision decision) {
    switch (decision) {
        case Decision::Yes:
            return "yes";
        case Decision::No:
            return "no";
        case Decision::NotDecided:
            return "not_decided";
    }
    return "unknown";
}

std::optional<Vector> copositivity_violation(const Matrix& M, bool strict) {
    if (M.rows() != M.cols() || M.rows() < 1 || M.rows() > largest_copositivity ||
        M != M.transpose()) {
        reject_argument("copositivity_violation",
                        fmt::format("a symmetric matrix of 1 to {} rows", largest_copositivity),
                        fmt::format("{}x{}", M.rows(), M.cols()));
    }
    Copositivity verdict = copositivity(exact::binary_matrix(M).entries, strict);
    if (verdict.status == CopositivityStatus::Holds) {
        return std::nullopt;
    }
    return std::move(verdict.y);
}

OriginReport origin_report(const ResidualSystem& system, const OriginOptions& options) {
    validate(system, options);
    return report_with(
        system,
        find_rays(exact_weights(system).entries, {.max_supports = options.max_supports,
                                                  .threads = options.threads,
                                                  .stop_requested = options.stop_requested}),
        options);
}

OriginReport origin_report(const ResidualSystem& system, const OriginDirections& directions,
                           const OriginOptions& options) {
    validate(system, options);
    if (directions.dimension != system.dimension()) {
        reject_argument("origin_report",
                        fmt::format("directions of a system of {} units", system.dimension()),
                        fmt::format("of {}", directions.dimension));
    }
    RaySearch rays;
    rays.complete = directions.complete;
    rays.supports = directions.supports;
    rays.whole_size = directions.complete ? directions.dimension : 0;
    if (!directions.repelling_rays.empty()) {
        rays.repelling = directions.repelling_rays.front();
    }
    if (!directions.resting_rays.empty()) {
        rays.resting = directions.resting_rays.front();
    }
    return report_with(system, rays, options);
}

}  // namespace resdyn
