#include <resdyn/portrait/plane.hpp>

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>

namespace resdyn {

namespace {

constexpr std::string_view where = "phase portrait";

void require_plane(const ResidualSystem& system) {
    if (system.dimension() != 2) {
        reject_argument(where, "a system of 2 units", fmt::format("{}", system.dimension()));
    }
    if (!is_bounded(system.activation())) {
        reject_argument(where, "a bounded activation, logistic or tanh",
                        to_string(system.activation()));
    }
}

void validate(const PortraitOptions& options) {
    if (options.grid < 2) {
        reject_argument(where, "grid >= 2", fmt::format("{}", options.grid));
    }
    if (options.samples < 2) {
        reject_argument(where, "samples >= 2", fmt::format("{}", options.samples));
    }
    if (!(options.spacing >= 0)) {
        reject_argument(where, "spacing >= 0", fmt::format("{}", options.spacing));
    }
    if (!(options.t_end > 0) || !std::isfinite(options.t_end)) {
        reject_argument(where, "t_end finite and > 0", fmt::format("{}", options.t_end));
    }
}

/// Farthest point of the square along the ray t·(d1, d2), t ≥ 0, from the origin. Leaving through
/// unit k puts y_k on its level exactly and leaves y_j = level · d_j / d_k.
Vector exit_point(const Levels& range, const std::array<double, 2>& d) {
    double t_exit = std::numeric_limits<double>::infinity();
    std::size_t k = 0;
    double level = 0.0;
    for (const std::size_t i : {0U, 1U}) {
        if (d[i] == 0) {
            continue;
        }
        const double bound = d[i] > 0 ? range.high : range.low;
        if (bound / d[i] < t_exit) {
            t_exit = bound / d[i];
            k = i;
            level = bound;
        }
    }
    Vector y(2);
    y[static_cast<Index>(k)] = level;
    y[static_cast<Index>(1 - k)] = level * (d[1 - k] / d[k]);
    return y;
}

std::optional<Nullcline> interior_nullcline(const ResidualSystem& system, Index unit) {
    const double w1 = system.W()(unit, 0);
    const double w2 = system.W()(unit, 1);
    if (w1 == 0 && w2 == 0) {
        return std::nullopt;
    }
    const Levels range = levels(system.activation());
    Nullcline line{
        unit, false,
        fmt::format("{:.6g} y_0 {} {:.6g} y_1 = 0", w1, w2 < 0 ? "-" : "+", std::abs(w2)),
        exit_point(range, {-w2, w1}), exit_point(range, {w2, -w1})};
    if (line.from == line.to) {
        return std::nullopt;
    }
    if (line.to[0] < line.from[0]) {
        std::swap(line.from, line.to);
    }
    return line;
}

PortraitTrajectory trajectory(const ResidualSystem& system, const Vector& u0, Index layers,
                              const PortraitOptions& options) {
    IntegrateOptions integration{
        .t_end = options.t_end, .rel_tol = options.rel_tol, .abs_tol = options.abs_tol};
    for (Index k = 0; k < options.samples; ++k) {
        integration.sample_times.push_back(options.t_end * static_cast<double>(k) /
                                           static_cast<double>(options.samples - 1));
    }
    const Trajectory flow = integrate(PreactivationFlow(system), u0, integration);
    const Matrix y = activate(system.activation(), flow.x);
    const Levels range = levels(system.activation());
    const double spacing = options.spacing * (range.high - range.low);
    std::vector<Index> kept;
    for (Index k = 0; k < y.cols(); ++k) {
        const bool moved = kept.empty() || (y.col(k) - y.col(kept.back())).norm() >= spacing;
        if (moved || k + 1 == y.cols()) {
            kept.push_back(k);
        }
    }
    PortraitTrajectory result;
    for (const Index k : kept) {
        result.t.push_back(flow.t[static_cast<std::size_t>(k)]);
    }
    result.y = y(Eigen::all, kept);
    result.outcome = flow.outcome;
    result.layers.resize(2, layers + 1);
    Vector u = u0;
    for (Index n = 0; n <= layers; ++n) {
        result.layers.col(n) = activate(system.activation(), u);
        u = system.preactivation_map(u);
    }
    return result;
}

}  // namespace

std::vector<FieldArrow> direction_field(const ResidualSystem& system,
                                        const PortraitOptions& options) {
    require_plane(system);
    validate(options);
    const Levels range = levels(system.activation());
    const double cell = (range.high - range.low) / static_cast<double>(options.grid);
    std::vector<FieldArrow> field;
    for (Index j = 0; j < options.grid; ++j) {
        for (Index i = 0; i < options.grid; ++i) {
            const Vector y{{range.low + cell * (static_cast<double>(i) + 0.5),
                            range.low + cell * (static_cast<double>(j) + 0.5)}};
            const Vector velocity = system.residual_velocity(y);
            const double speed = velocity.norm();
            field.push_back({y, speed > 0 ? Vector(velocity / speed) : Vector::Zero(2), speed});
        }
    }
    return field;
}

std::vector<Nullcline> nullclines(const ResidualSystem& system) {
    require_plane(system);
    const Levels range = levels(system.activation());
    std::vector<Nullcline> result;
    for (const Index unit : {0, 1}) {
        for (const double level : {range.low, range.high}) {
            Nullcline edge{unit, true, fmt::format("y_{} = {:g}", unit, level),
                           Vector::Constant(2, range.low), Vector::Constant(2, range.high)};
            edge.from[unit] = level;
            edge.to[unit] = level;
            result.push_back(std::move(edge));
        }
        if (std::optional<Nullcline> line = interior_nullcline(system, unit)) {
            result.push_back(std::move(*line));
        }
    }
    return result;
}

PhasePortrait phase_portrait(const ResidualSystem& system, const Matrix& u0,
                             const Eigen::VectorXi& labels, Index layers,
                             const PortraitOptions& options) {
    require_plane(system);
    validate(options);
    if (u0.cols() > 0 && (u0.rows() != 2 || !u0.allFinite())) {
        reject_argument(where, "starts u0 as a finite 2×B matrix",
                        fmt::format("{}×{}{}", u0.rows(), u0.cols(),
                                    u0.allFinite() ? "" : " with a value that is not finite"));
    }
    if (labels.size() != 0 && labels.size() != u0.cols()) {
        reject_argument(where, fmt::format("{} labels or none", u0.cols()),
                        fmt::format("{}", labels.size()));
    }
    if (layers < 0) {
        reject_argument(where, "layers >= 0", fmt::format("{}", layers));
    }
    PhasePortrait portrait;
    portrait.range = levels(system.activation());
    portrait.step = system.step();
    portrait.field = direction_field(system, options);
    portrait.nullclines = nullclines(system);
    portrait.atlas = equilibrium_atlas(system, {.threads = options.threads});
    portrait.trajectories.resize(static_cast<std::size_t>(u0.cols()));
    parallel_for(u0.cols(), options.threads, [&](Index start) {
        PortraitTrajectory& path = portrait.trajectories[static_cast<std::size_t>(start)];
        path = trajectory(system, u0.col(start), layers, options);
        path.label = labels.size() == 0 ? -1 : labels[start];
    });
    return portrait;
}

}  // namespace resdyn
