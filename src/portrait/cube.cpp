#include <resdyn/portrait/cube.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

void validate(const ResidualSystem& system, const Matrix& u0, const Eigen::VectorXi& labels,
              Index layers, const CubeOptions& o) {
    require("cube", system.dimension() == 3, "a system of 3 units",
            fmt::format("{}", system.dimension()));
    require_bounded("cube", system.activation());
    require("cube", u0.cols() == 0 || (u0.rows() == 3 && u0.allFinite()),
            "starts u0 as a finite 3×B matrix", fmt::format("{}×{}", u0.rows(), u0.cols()));
    require("cube", labels.size() == 0 || labels.size() == u0.cols(),
            fmt::format("{} labels or none", u0.cols()), fmt::format("{}", labels.size()));
    require("cube", layers >= 0, "layers >= 0", fmt::format("{}", layers));
    require("cube", o.t_end > 0 && std::isfinite(o.t_end), "t_end finite and > 0",
            fmt::format("{}", o.t_end));
    require("cube", o.samples >= 2, "samples >= 2", fmt::format("{}", o.samples));
    require("cube", std::isfinite(o.azimuth) && std::abs(o.elevation) <= 90,
            "a finite azimuth and an elevation from -90 to 90 degrees",
            fmt::format("{} and {}", o.azimuth, o.elevation));
}

/// To the right and up in the picture, for an eye at this azimuth and elevation.
Matrix view_of(const CubeOptions& options) {
    const double a = options.azimuth * std::numbers::pi / 180.0;
    const double e = options.elevation * std::numbers::pi / 180.0;
    return Matrix{{std::cos(a), std::sin(a), 0.0},
                  {-std::sin(e) * std::sin(a), std::sin(e) * std::cos(a), std::cos(e)}};
}

CubeTrajectory trajectory(const ResidualSystem& system, const Vector& u0, Index layers,
                          const CubeOptions& options) {
    IntegrateOptions integration{.t_end = options.t_end};
    for (Index k = 0; k < options.samples; ++k) {
        integration.sample_times.push_back(options.t_end * static_cast<double>(k) /
                                           static_cast<double>(options.samples - 1));
    }
    Trajectory flow = integrate(PreactivationFlow(system), u0, integration);
    CubeTrajectory result{std::move(flow.t), activate(system.activation(), flow.x),
                          Matrix(3, layers + 1), -1};
    Vector u = u0;
    for (Index n = 0; n <= layers; ++n) {
        result.layers.col(n) = activate(system.activation(), u);
        u = system.preactivation_map(u);
    }
    return result;
}

}  // namespace

CubePortrait cube_portrait(const ResidualSystem& system, const Matrix& u0,
                           const Eigen::VectorXi& labels, Index layers,
                           const CubeOptions& options) {
    validate(system, u0, labels, layers, options);
    CubePortrait portrait;
    portrait.range = levels(system.activation());
    portrait.step = system.step();
    portrait.view = view_of(options);
    Atlas atlas = equilibrium_atlas(system, {.threads = options.threads});
    portrait.equilibria = std::move(atlas.equilibria);
    portrait.continua = std::move(atlas.continua);
    SeparatrixOptions separatrix = options.separatrix;
    separatrix.threads = options.threads;
    if (options.cycles) {
        portrait.cycles = attracting_cycles(system, options.seed, options.threads);
    }
    for (const AttractingCycle& cycle : portrait.cycles) {
        separatrix.cycles.push_back(cycle.y);
    }
    portrait.curves = separatrices(system, portrait.equilibria, {}, separatrix);
    for (InvariantCurve& ray : origin_rays(system, {0, 1, 2}, portrait.equilibria, separatrix)) {
        portrait.curves.push_back(std::move(ray));
    }
    portrait.trajectories.resize(static_cast<std::size_t>(u0.cols()));
    parallel_for(u0.cols(), options.threads, [&](Index start) {
        CubeTrajectory& path = portrait.trajectories[static_cast<std::size_t>(start)];
        path = trajectory(system, u0.col(start), layers, options);
        path.label = labels.size() == 0 ? -1 : labels[start];
    });
    return portrait;
}

}  // namespace resdyn
