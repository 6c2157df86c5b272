#include <resdyn/bifurcation/path_margin.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "core/parallel.hpp"
#include "equilibria/exact_weights.hpp"
#include "numerics/exact_rational.hpp"
#include "path_numbers.hpp"

namespace resdyn {

using exact::Integer;
using exact::Rational;

namespace {

double tolerance_of(const RoundingOptions& options, Index n) {
    return options.tolerance >= 0 ? options.tolerance
                                  : static_cast<double>(n) * std::numeric_limits<double>::epsilon();
}

/// Whether value · 2^exponent / divisor has a denominator of at most `largest`.
bool is_simple(const Integer& value, int exponent, const Integer& divisor, long largest) {
    const Integer power = Integer(1) << static_cast<unsigned>(std::abs(exponent));
    const Rational number = exponent >= 0 ? Rational(Integer(value * power), divisor)
                                          : Rational(value, Integer(divisor * power));
    return denominator(number) <= largest;
}

Index not_simple(const exact::IntegerMatrix& M, int exponent, const Integer& divisor,
                 long largest) {
    Index count = 0;
    for (Index i = 0; i < M.rows(); ++i) {
        for (Index j = 0; j < M.cols(); ++j) {
            count += is_simple(M(i, j), exponent, divisor, largest) ? 0 : 1;
        }
    }
    return count;
}

/// Where a pattern is judged, and by which weights.
struct Place {
    Pattern pattern;
    double alpha = 0.0;
};
using SystemAt = std::function<ResidualSystem(double)>;

PathMargins margins_at(const std::vector<Place>& places, const SystemAt& system_at, Index n,
                       const RoundingOptions& options, int threads) {
    PathMargins margins{.tolerance = tolerance_of(options, n),
                        .smallest = std::numeric_limits<double>::infinity(),
                        .verdicts = static_cast<Index>(places.size()),
                        .max_denominator = options.max_denominator};
    std::vector<double> found(places.size(), std::numeric_limits<double>::infinity());
    parallel_for(margins.verdicts, threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        const ResidualSystem system = system_at(places[at].alpha);
        const FaceDecision face = FaceSolver(system).decide(places[at].pattern);
        // Where rounding took the point away, it hung on rounding.
        const auto* equilibrium = std::get_if<Equilibrium>(&face);
        found[at] =
            equilibrium == nullptr ? 0.0 : verdict_margins(system, {*equilibrium}, 1).front();
    });
    for (std::size_t k = 0; k < places.size(); ++k) {
        margins.smallest = std::min(margins.smallest, found[k]);
        if (found[k] < margins.tolerance) {
            margins.close.push_back({places[k].pattern, places[k].alpha, found[k]});
        }
    }
    return margins;
}

}  // namespace

PathMargins path_margins(const ParameterPath& path, const BifurcationDiagram& diagram,
                         const RoundingOptions& options, int threads) {
    std::vector<Place> places;
    for (const EquilibriumBranch& branch : diagram.branches) {
        for (const BranchSegment& segment : branch.segments) {
            places.push_back({branch.pattern, segment.sample});
        }
    }
    const auto system_at = [&](double alpha) {
        auto exactly = system_of(scaled_weights(path, exact::rational(alpha)), path.activation);
        return exactly ? std::move(*exactly) : path.system_at(alpha);
    };
    PathMargins margins = margins_at(places, system_at, path.dimension(), options, threads);
    margins.rounded_weights = not_simple(path.numbers->base, path.numbers->exponent,
                                         path.numbers->divisor, options.max_denominator) +
                              not_simple(path.numbers->slope, path.numbers->exponent,
                                         path.numbers->divisor, options.max_denominator);
    return margins;
}

PathMargins step_margins(const WholeSystem& whole, const BifurcationDiagram& diagram,
                         const RoundingOptions& options, int threads) {
    std::vector<Place> places;
    for (const EquilibriumBranch& branch : diagram.branches) {
        places.push_back({branch.pattern, branch.from});
    }
    PathMargins margins = margins_at(
        places, [&](double) { return whole.system; }, whole.system.dimension(), options, threads);
    const exact::BinaryMatrix weights = exact_weights(whole.system);
    margins.rounded_weights =
        not_simple(weights.entries, weights.exponent, exact::Integer(whole.denominator),
                   options.max_denominator);
    return margins;
}

std::string describe(const PathMargins& margins) {
    std::string text = fmt::format("{} verdicts of the flow on segments: ", margins.verdicts);
    if (margins.close.empty()) {
        return text + fmt::format(
                          "none hangs on less than {:.2g} |W| of rounding (smallest margin "
                          "{:.2g})",
                          margins.tolerance, margins.smallest);
    }
    text += fmt::format("{} hang on less than {:.2g} |W| of rounding", margins.close.size(),
                        margins.tolerance);
    if (margins.rounded_weights == 0) {
        return text + fmt::format(
                          ", but the weights are rationals with denominators up to {}, "
                          "not rounded: ties are what they are",
                          margins.max_denominator);
    }
    constexpr std::size_t named = 5;
    for (std::size_t k = 0; k < std::min(named, margins.close.size()); ++k) {
        const CloseSegment& segment = margins.close[k];
        text += fmt::format("{} {} at {:.6g} (margin {:.1e})", k == 0 ? ":" : ",",
                            to_string(segment.pattern), segment.alpha, segment.margin);
    }
    return margins.close.size() > named ? text + ", …" : text;
}

}  // namespace resdyn
