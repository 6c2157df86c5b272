#include <resdyn/portrait/state_space.hpp>

#include <fmt/format.h>

#include <resdyn/core/error.hpp>
#include <resdyn/settling/seeds.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr double rest_tol = 1e-12;  // |A y|, relative to |A|, that counts as rest in x

/// A network that has the residual system of `system` and nothing else.
ResidualNetwork bare(const ResidualSystem& system) {
    return {.activation = system.activation(),
            .step = system.step(),
            .depth = 1,
            .blocks = {{system.W(), Vector::Zero(system.dimension()), std::nullopt}},
            .readout = {},
            .input = std::nullopt};
}

}  // namespace

std::string_view symbol(Coordinate coordinate) {
    switch (coordinate) {
        case Coordinate::Residual:
            return "y";
        case Coordinate::Preactivation:
            return "u";
        case Coordinate::Activity:
            return "x";
    }
    return "?";
}

StateSpace::StateSpace(ResidualNetwork network, Coordinate coordinate)
    : network_(std::move(network)), system_(residual_system(network_)), coordinate_(coordinate) {
    if (coordinate == Coordinate::Activity) {
        flow_ = std::make_shared<ActivityFlow>(network_.block(0), network_.activation);
    } else {
        flow_ = std::make_shared<PreactivationFlow>(system_);
    }
}

StateSpace::StateSpace(const ResidualSystem& system, Coordinate coordinate)
    : network_(bare(system)),
      system_(system),
      coordinate_(coordinate),
      flow_(std::make_shared<PreactivationFlow>(system_)) {
    if (coordinate == Coordinate::Activity) {
        reject_argument("state space", "a network, whose block has b, for x", "a residual system");
    }
}

Index StateSpace::dimension() const {
    return coordinate_ == Coordinate::Activity ? network_.width() : system_.dimension();
}

Vector StateSpace::velocity(const Vector& q) const {
    return coordinate_ == Coordinate::Residual ? system_.residual_velocity(q) : flow_->value(q);
}

Vector StateSpace::next_layer(const Vector& start) const {
    return start + network_.step * flow_->value(start);
}

Vector StateSpace::state(const Vector& start) const {
    return coordinate_ == Coordinate::Residual ? activate(system_.activation(), start) : start;
}

Vector StateSpace::preactivation(const Vector& q) const {
    switch (coordinate_) {
        case Coordinate::Residual:
            return open_preactivation(system_.activation(), q);
        case Coordinate::Preactivation:
            return q;
        case Coordinate::Activity:
            break;
    }
    return initial_preactivation(network_, q);
}

std::optional<Vector> StateSpace::place(const Equilibrium& equilibrium) const {
    if (coordinate_ == Coordinate::Residual) {
        return equilibrium.y;
    }
    if (static_cast<Index>(equilibrium.pattern.free_units().size()) != system_.dimension()) {
        return std::nullopt;
    }
    const Vector u = inverse(system_.activation(), equilibrium.y);
    if (coordinate_ == Coordinate::Preactivation) {
        return u;
    }
    const ResidualBlock& block = network_.block(0);
    const Vector motion = block.A ? Vector(*block.A * equilibrium.y) : equilibrium.y;
    const double scale = block.A ? block.A->cwiseAbs().maxCoeff() : 1.0;
    const RankRevealingLu lu(block.W);
    if (!(motion.lpNorm<Eigen::Infinity>() <= rest_tol * scale) || lu.rank() < block.W.cols() ||
        block.W.rows() != block.W.cols()) {
        return std::nullopt;
    }
    return Vector(lu.solve(u - block.b));
}

}  // namespace resdyn
