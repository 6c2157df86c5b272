/// @file
/// The variable that a portrait is drawn in: residuals y (the cube), pre-activations u, or
/// activities x of one block, with the velocity of the flow there.
///
///     y' = g(y) ∘ (Wy)        u' = W f(u)        x' = A f(Wx + b)
///
/// x has no equilibrium where f > 0 and the block has one matrix: only the residual settles.
/// Saturated equilibria lie at infinity in u and have no place there. In double precision y rounds
/// to a level near |u| = 37, so trajectories run in u or x and only pictures are in y.
/// Reference: Lagzi, arXiv:2101.03009 (the views of one network); theory of the closed y-equation:
/// Hofbauer, Sigmund, Evolutionary Games and Population Dynamics (1998), chapter 10.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include <resdyn/equilibria/face.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

enum class Coordinate { Residual, Preactivation, Activity };
/// "y", "u", "x".
std::string_view symbol(Coordinate coordinate);

class StateSpace {
  public:
    /// Shared weights only (throws std::invalid_argument).
    StateSpace(ResidualNetwork network, Coordinate coordinate);
    /// The residual system alone: y or u (throws for x, which needs the block's A and b).
    StateSpace(const ResidualSystem& system, Coordinate coordinate);

    Coordinate coordinate() const { return coordinate_; }
    const ResidualSystem& system() const { return system_; }
    /// Units of x, else of the residual.
    Index dimension() const;

    /// Velocity of the flow at q (size dimension()). Trajectories start and run in their own
    /// variable: x for x, else u.
    Vector velocity(const Vector& q) const;
    /// The same along a trajectory's own variable (u or x).
    const VectorField& flow() const { return *flow_; }
    /// One layer in the trajectory's own variable.
    Vector next_layer(const Vector& start) const;
    /// The state of a trajectory's own variable: f(u) for y, itself for u and x.
    Vector state(const Vector& start) const;
    /// The pre-activation of a state; y is moved off its levels by 1e-12 of their width.
    Vector preactivation(const Vector& q) const;
    /// Where an equilibrium of the residual flow lies here; nothing where it does not exist: in u
    /// with a saturated unit, in x unless A y = 0 and the pre-activation belongs to one x.
    std::optional<Vector> place(const Equilibrium& equilibrium) const;

  private:
    ResidualNetwork network_;
    ResidualSystem system_;
    Coordinate coordinate_;
    std::shared_ptr<const VectorField> flow_;
};

}  // namespace resdyn
