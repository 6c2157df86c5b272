#include <resdyn/equilibria/verdict_margin.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/whole_weights.hpp>

#include "core/parallel.hpp"
#include "exact_point.hpp"
#include "exact_weights.hpp"
#include "numerics/decompositions.hpp"
#include "numerics/exact_rational.hpp"

namespace resdyn {

namespace {

constexpr double exact_below = 1e-9;

/// Rates (Wy)_i of saturated units, and distances of free units to the nearer level.
struct Decided {
    Vector rates;
    Vector distances;
};

Decided in_doubles(const ResidualSystem& system, const Equilibrium& e) {
    const Levels range = levels(system.activation());
    return {system.W() * e.y, (e.y.array() - range.low).min(range.high - e.y.array()).matrix()};
}

/// The same, each rounded once.
Decided in_rationals(const exact::BinaryMatrix& weights, const ResidualSystem& system,
                     const Equilibrium& e) {
    Decided decided = in_doubles(system, e);
    const auto point = exact_point(weights, system.activation(), e.pattern);
    if (!point) {
        return decided;
    }
    const WholeLevels range = whole_levels(system.activation(), "verdict_margins");
    for (Index i = 0; i < e.y.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (e.pattern[i] != UnitState::Free) {
            decided.rates[i] =
                std::ldexp(exact::quotient(point->rates[at], point->denominator), point->exponent);
        } else {
            const exact::Integer above = point->numerators[at] - range.low * point->denominator;
            const exact::Integer below = range.high * point->denominator - point->numerators[at];
            decided.distances[i] = exact::quotient(std::min(above, below), point->denominator);
        }
    }
    return decided;
}

double smallest_margin(const ResidualSystem& system, const Equilibrium& e, const Decided& decided,
                       double norm) {
    const std::vector<Index> free = e.pattern.free_units();
    Matrix R;
    if (!free.empty()) {
        R = Lu(system.W()(free, free)).inverse();
    }
    double margin = std::numeric_limits<double>::infinity();
    for (Index i = 0; i < e.y.size(); ++i) {
        if (e.pattern[i] == UnitState::Free) {
            continue;
        }
        double sensitivity = 1.0;
        if (!free.empty()) {
            sensitivity += (system.W()(i, free) * R).lpNorm<1>();
        }
        margin = std::min(margin, std::abs(decided.rates[i]) / (sensitivity * norm));
    }
    for (std::size_t k = 0; k < free.size(); ++k) {
        margin = std::min(
            margin, decided.distances[free[k]] / (R.row(static_cast<Index>(k)).lpNorm<1>() * norm));
    }
    if (!free.empty()) {
        const Vector g = gain(system.activation(), Vector(e.y(free)));
        const Matrix J = g.asDiagonal() * Matrix(system.W()(free, free));
        double real_part = std::numeric_limits<double>::infinity();
        for (const Complex value : eigenvalues(J)) {
            real_part = std::min(real_part, std::abs(value.real()));
        }
        margin = std::min(margin, real_part / (g.maxCoeff() * norm));
    }
    return margin;
}

}  // namespace

double weight_norm(const ResidualSystem& system) {
    return system.W().cwiseAbs().rowwise().sum().maxCoeff();
}

std::vector<double> verdict_margins(const ResidualSystem& system,
                                    const std::vector<Equilibrium>& equilibria, int threads) {
    const exact::BinaryMatrix weights = exact_weights(system);
    const double norm = weight_norm(system);
    std::vector<double> margins(equilibria.size(), 0.0);
    parallel_for(static_cast<Index>(equilibria.size()), threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        const Equilibrium& e = equilibria[at];
        if (e.y.isZero(0.0)) {
            margins[at] = std::numeric_limits<double>::infinity();
            return;
        }
        if (!e.spectrum.is_hyperbolic() || norm == 0) {
            return;
        }
        double margin = smallest_margin(system, e, in_doubles(system, e), norm);
        if (!(margin > exact_below)) {
            margin = smallest_margin(system, e, in_rationals(weights, system, e), norm);
        }
        margins[at] = std::isnan(margin) ? 0.0 : margin;
    });
    return margins;
}

RoundingReport rounding_report(const ResidualSystem& system,
                               const std::vector<Equilibrium>& equilibria,
                               const std::vector<double>& margins, const RoundingOptions& options) {
    if (margins.size() != equilibria.size()) {
        reject_argument("rounding_report", "a margin for every equilibrium",
                        fmt::format("{} for {}", margins.size(), equilibria.size()));
    }
    RoundingReport report;
    report.norm = weight_norm(system);
    report.tolerance = options.tolerance >= 0 ? options.tolerance
                                              : static_cast<double>(system.dimension()) *
                                                    std::numeric_limits<double>::epsilon();
    report.max_denominator = options.max_denominator;
    report.verdicts = static_cast<Index>(equilibria.size());
    for (std::size_t k = 0; k < equilibria.size(); ++k) {
        if (margins[k] < report.tolerance) {
            report.close.push_back({equilibria[k].pattern, margins[k], equilibria[k].type, {}});
        }
    }
    if (report.close.empty()) {
        return report;
    }
    const auto simple =
        as_rationals(system, report.tolerance * report.norm, options.max_denominator);
    if (!simple) {
        return report;
    }
    report.has_rationals = true;
    report.rounded_weights = simple->changed;
    const FaceSolver solver(simple->system);
    for (CloseVerdict& verdict : report.close) {
        const FaceDecision decision = solver.decide(verdict.pattern);
        if (const auto* equilibrium = std::get_if<Equilibrium>(&decision)) {
            verdict.as_rationals = equilibrium->type;
        }
        report.changed += verdict.as_rationals != verdict.stored ? 1 : 0;
    }
    return report;
}

std::string describe(const RoundingReport& report) {
    if (report.close.empty() || (report.has_rationals && report.rounded_weights == 0)) {
        return {};  // ties of numbers that were not rounded are what they are
    }
    std::string text =
        fmt::format("{} of {} verdicts hang on less than {:.2g} |W| of rounding (|W| = {:.3g}); ",
                    report.close.size(), report.verdicts, report.tolerance, report.norm);
    if (!report.has_rationals) {
        return text + fmt::format("the weights are not all rationals with denominators up to {}",
                                  report.max_denominator);
    }
    text += fmt::format("as rationals with denominators up to {} ", report.max_denominator);
    if (report.changed == 0) {
        return text + "they are the same";
    }
    text += fmt::format("{} would differ:", report.changed);
    constexpr Index named = 5;
    Index shown = 0;
    for (const CloseVerdict& verdict : report.close) {
        if (verdict.as_rationals == verdict.stored) {
            continue;
        }
        if (++shown > named) {
            return text + ", …";
        }
        text += fmt::format("{} {} would be {}, not {}", shown > 1 ? "," : "",
                            to_string(verdict.pattern),
                            verdict.as_rationals ? std::string(to_string(*verdict.as_rationals))
                                                 : std::string("no isolated equilibrium"),
                            to_string(verdict.stored));
    }
    return text;
}

}  // namespace resdyn
