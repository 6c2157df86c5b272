#include "face_continua.hpp"

#include <algorithm>
#include <cmath>

#include "numerics/decompositions.hpp"
#include "path_numbers.hpp"

namespace resdyn {

using exact::Polynomial;
using exact::Rational;
using exact::RealRoot;

namespace {

/// The segment of the line base + t direction inside the open box, its middle; nothing if it
/// misses.
std::optional<Vector> middle_inside(const Vector& base, const Vector& direction,
                                    const Levels& range) {
    double first = -HUGE_VAL;
    double last = HUGE_VAL;
    for (Index i = 0; i < base.size(); ++i) {
        if (std::abs(direction[i]) < 1e-12) {
            if (!(base[i] > range.low && base[i] < range.high)) {
                return std::nullopt;
            }
            continue;
        }
        const double a = (range.low - base[i]) / direction[i];
        const double b = (range.high - base[i]) / direction[i];
        first = std::max(first, std::min(a, b));
        last = std::min(last, std::max(a, b));
    }
    if (!(last - first > 1e-9)) {
        return std::nullopt;
    }
    return base + 0.5 * (first + last) * direction;
}

}  // namespace

ContinuumAt continuum_at(const ParameterPath& path, const Pattern& pattern, const Rational& alpha) {
    const exact::BinaryMatrix weights = scaled_weights(path, alpha);
    const std::vector<Index> free = pattern.free_units();
    const auto k = static_cast<Index>(free.size());
    const Levels range = levels(path.activation);
    exact::IntegerMatrix block(k, k);
    std::vector<exact::Integer> load(free.size());
    for (Index i = 0; i < k; ++i) {
        const Index row = free[static_cast<std::size_t>(i)];
        for (Index j = 0; j < k; ++j) {
            block(i, j) = weights.entries(row, free[static_cast<std::size_t>(j)]);
        }
        for (Index j = 0; j < pattern.size(); ++j) {
            if (pattern[j] != UnitState::Free) {
                load[static_cast<std::size_t>(i)] -=
                    weights.entries(row, j) *
                    static_cast<int>(pattern[j] == UnitState::Low ? range.low : range.high);
            }
        }
    }
    const auto space = exact::solution_space(block, load);
    if (!space || space->directions.empty()) {
        return {};
    }
    const auto inside =
        exact::point_inside(*space, static_cast<int>(range.low), static_cast<int>(range.high));
    if (!inside) {
        return {};
    }
    ContinuumAt found{static_cast<Index>(space->directions.size()), Vector(pattern.size())};
    std::size_t next = 0;
    for (Index i = 0; i < pattern.size(); ++i) {
        found.point[i] = pattern[i] == UnitState::Low    ? range.low
                         : pattern[i] == UnitState::High ? range.high
                                                         : exact::nearest((*inside)[next++]);
    }
    return found;
}

std::vector<PlacedEvent> singular_events(const ParameterPath& path, const FreeSetPath& set,
                                         const std::vector<RealRoot>& poles,
                                         const Pattern& pattern) {
    std::vector<PlacedEvent> events;
    if (poles.empty()) {
        return events;
    }
    const FacePath face = face_path(set, pattern, path.activation);
    const Levels range = levels(path.activation);
    for (RealRoot pole : poles) {
        // Solvable only where every numerator vanishes too (Cramer); D is zero, so D(y − a) is it.
        const bool solvable =
            std::all_of(face.above_low.begin(), face.above_low.end(),
                        [&](const Polynomial& p) { return exact::sign_at(p, pole) == 0; });
        if (!solvable) {
            continue;
        }
        Bifurcation event;
        event.kind = BifurcationKind::Singular;
        event.pattern = pattern;
        event.alpha = pole.value();
        event.lower = exact::nearest(pole.lower);
        event.upper = exact::nearest(pole.upper);
        const Matrix W = weights_at(path, pole.middle());
        if (pole.is_exact()) {
            event.exact = exact::to_string(pole.lower);
            const ContinuumAt found = continuum_at(path, pattern, pole.lower);
            if (found.dimension == 0) {
                continue;
            }
            event.dimension = found.dimension;
            event.y = found.point;
        } else {
            // An irrational α: the line of solutions in double precision.
            Vector y(pattern.size());
            for (Index i = 0; i < y.size(); ++i) {
                y[i] = pattern[i] == UnitState::Low    ? range.low
                       : pattern[i] == UnitState::High ? range.high
                                                       : 0.0;
            }
            const Matrix block = W(set.free, set.free);
            const Vector load = -(W * y)(set.free);
            const SingularVectors svd = singular_vectors(block);
            const Index k = block.rows();
            Vector base = Vector::Zero(k);
            for (Index j = 0; j + 1 < k; ++j) {
                base += svd.left.col(j).dot(load) / svd.values[j] * svd.right.col(j);
            }
            const auto inside = middle_inside(base, svd.right.col(k - 1), range);
            if (!inside) {
                continue;
            }
            event.dimension = 1;
            event.remark = "alpha is irrational: the continuum was found in double precision";
            y(set.free) = *inside;
            event.y = y;
        }
        event.residual = ResidualSystem(W, path.activation, path.step)
                             .residual_velocity(event.y)
                             .lpNorm<Eigen::Infinity>();
        events.push_back({std::move(event), pole});
    }
    return events;
}

}  // namespace resdyn
