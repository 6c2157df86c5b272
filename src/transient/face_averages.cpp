#include <resdyn/transient/face_averages.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/settling/seeds.hpp>

#include "core/parallel.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

/// Columns that run together, whatever the number of threads.
constexpr Index tile_columns = 64;
/// Change of a residual from one layer to the next, in units of the levels' width, above which an
/// input still moves.
constexpr double at_rest = 1e-7;
/// Smallest over largest singular value of W_FF below which the face has no point of its own.
constexpr double singular_ratio = 1e-12;

void validate(const FaceAverageOptions& options) {
    require_at_least("layers", options.layers, 0);
    require_at_least("window", options.window, 1);
    if (!(options.saturation > 0) || !(options.saturation < 0.5)) {
        reject_argument("saturation", "a number in (0, 0.5)",
                        fmt::format("{}", options.saturation));
    }
    if (!(options.largest_bound > 0)) {
        reject_argument("largest_bound", "a number > 0", fmt::format("{}", options.largest_bound));
    }
}

/// What the window saw of every input.
struct Window {
    Matrix mean, smallest, largest;  ///< M×B, of y.
    Matrix drift;                    ///< M×B: (u_n − u_0)/(nh).
    Vector last_step;                ///< B: |y_n − y_{n−1}|_inf.
};

void run_tile(const ResidualSystem& system, const FaceAverageOptions& options, Matrix u,
              Index begin, Window& seen) {
    const double h = system.step();
    const Matrix& W = system.W();
    Matrix y;
    for (Index n = 0; n < options.layers; ++n) {
        y = activate(system.activation(), u);
        u.noalias() += h * (W * y);
    }
    const Matrix start = u;
    Matrix sum = Matrix::Zero(u.rows(), u.cols());
    Matrix before;
    auto smallest = seen.smallest.middleCols(begin, u.cols());
    auto largest = seen.largest.middleCols(begin, u.cols());
    for (Index n = 0; n < options.window; ++n) {
        before = y;
        y = activate(system.activation(), u);
        sum += y;
        if (n == 0) {
            smallest = y;
            largest = y;
        } else {
            smallest = smallest.cwiseMin(y);
            largest = largest.cwiseMax(y);
        }
        u.noalias() += h * (W * y);
    }
    const auto n = static_cast<double>(options.window);
    seen.mean.middleCols(begin, u.cols()) = sum / n;
    seen.drift.middleCols(begin, u.cols()) = (u - start) / (n * h);
    if (before.size() == y.size()) {
        seen.last_step.segment(begin, u.cols()) =
            (y - before).cwiseAbs().colwise().maxCoeff().transpose();
    }
}

Window run(const ResidualSystem& system, const Matrix& u0, const FaceAverageOptions& options) {
    Window seen{u0, u0, u0, u0, Vector::Constant(u0.cols(), HUGE_VAL)};
    const Index tiles = (u0.cols() + tile_columns - 1) / tile_columns;
    parallel_for(tiles, options.threads, [&](Index tile) {
        const Index begin = tile * tile_columns;
        run_tile(system, options, u0.middleCols(begin, std::min(tile_columns, u0.cols() - begin)),
                 begin, seen);
    });
    return seen;
}

/// A face with its point, where that is one and holds the saturated units.
struct Face {
    Vector y;
    Matrix to_free;        ///< W_FS.
    double inverse = 0.0;  ///< ‖W_FF⁻¹‖₂; 0 at a vertex.
};

std::optional<Face> face_of(const ResidualSystem& system, const Pattern& pattern) {
    const Levels levels = resdyn::levels(system.activation());
    const std::vector<Index> free = pattern.free_units();
    Face face{Vector(pattern.size()), {}, 0.0};
    for (Index i = 0; i < pattern.size(); ++i) {
        face.y[i] = pattern[i] == UnitState::Free  ? 0.0
                    : pattern[i] == UnitState::Low ? levels.low
                                                   : levels.high;
    }
    if (!free.empty()) {
        const Matrix W_FF = system.W()(free, free);
        const Vector singular = singular_values(W_FF);
        const double smallest = singular.tail(1)[0];
        if (!(smallest > singular_ratio * singular[0])) {
            return std::nullopt;
        }
        face.inverse = 1.0 / smallest;
        face.to_free = system.W()(free, Eigen::all);
        const Vector inside = Lu(W_FF).solve(-(face.to_free * face.y));
        for (std::size_t k = 0; k < free.size(); ++k) {
            if (!(inside[static_cast<Index>(k)] > levels.low) ||
                !(inside[static_cast<Index>(k)] < levels.high)) {
                return std::nullopt;  // no mean of residuals lies there
            }
        }
        face.y(free) = inside;
    }
    const Vector push = system.W() * face.y;
    for (Index i = 0; i < pattern.size(); ++i) {
        const bool leaves = (pattern[i] == UnitState::Low && push[i] >= 0) ||
                            (pattern[i] == UnitState::High && push[i] <= 0);
        if (leaves) {
            return std::nullopt;
        }
    }
    return face;
}

/// On |ȳ − y*|_2: both parts of the right side, and the saturated units themselves.
double bound_on(const Face& face, const Pattern& pattern, const Vector& mean, const Vector& drift) {
    Vector off = mean - face.y;
    const std::vector<Index> free = pattern.free_units();
    off(free).setZero();
    double bound = off.norm();
    if (!free.empty()) {
        bound += face.inverse * (Vector(drift(free)).norm() + (face.to_free * off).norm());
    }
    return bound;
}

}  // namespace

FaceAverages face_averages(const ResidualNetwork& network, const Matrix& x0,
                           const FaceAverageOptions& options) {
    validate(options);
    require_bounded("face averages", network.activation);
    const ResidualSystem system = residual_system(network);
    const Levels levels = resdyn::levels(network.activation);
    const double width = levels.high - levels.low;
    const Window seen = run(system, initial_preactivation(network, x0), options);
    FaceAverages result;
    result.mean = seen.mean;

    std::map<Pattern, std::vector<Index>> by_pattern;
    for (Index j = 0; j < x0.cols(); ++j) {
        Pattern pattern{std::vector<UnitState>(static_cast<std::size_t>(system.dimension()))};
        for (Index i = 0; i < system.dimension(); ++i) {
            pattern.states[static_cast<std::size_t>(i)] =
                seen.largest(i, j) < levels.low + options.saturation * width     ? UnitState::Low
                : seen.smallest(i, j) > levels.high - options.saturation * width ? UnitState::High
                                                                                 : UnitState::Free;
        }
        const bool all_low = std::all_of(pattern.states.begin(), pattern.states.end(),
                                         [](UnitState s) { return s == UnitState::Low; });
        if (all_low && levels.low == 0.0) {
            result.at_origin.push_back(j);
        } else {
            by_pattern[std::move(pattern)].push_back(j);
        }
    }
    constexpr double rounding = 1e-9;  // of u over the window, beside the bounds
    for (const auto& [pattern, inputs] : by_pattern) {
        const std::optional<Face> face = face_of(system, pattern);
        FaceEnd end;
        end.pattern = pattern;
        for (const Index j : inputs) {
            const double bound =
                face ? bound_on(*face, pattern, seen.mean.col(j), seen.drift.col(j)) : HUGE_VAL;
            if (!(bound <= options.largest_bound * width)) {
                result.elsewhere.push_back(j);
                continue;
            }
            const double deviation = (seen.mean.col(j) - face->y).norm();
            end.members.push_back(j);
            end.turning += seen.last_step[j] > at_rest * width ? 1 : 0;
            end.deviation = std::max(end.deviation, deviation);
            end.bound = std::max(end.bound, bound);
            result.largest_relative_deviation =
                std::max(result.largest_relative_deviation, deviation / (bound + rounding));
        }
        if (!end.members.empty()) {
            end.y = face->y;
            result.faces.push_back(std::move(end));
        }
    }
    std::sort(result.elsewhere.begin(), result.elsewhere.end());
    std::stable_sort(result.faces.begin(), result.faces.end(), [](const auto& a, const auto& b) {
        return a.members.size() > b.members.size();
    });
    return result;
}

}  // namespace resdyn
