/// @file
/// Cycles of the network on a face, along its step or along a path of weights, as a curve
/// (cycle_branches.hpp).
#pragma once

#include "bifurcation/arclength.hpp"
#include "face_family.hpp"

namespace resdyn {

/// z = (u_0 … u_{p−1}, λ), a point of the cycle after the other: u_{n+1} − u_n is what the family
/// says at (u_n, λ).
class LayerCycleCurve final : public ContinuationProblem {
  public:
    struct Limits {
        double size = 0.0;   ///< |u| at most.
        double apart = 0.0;  ///< from half a round later at least; 0, of odd periods: no limit.
    };

    LayerCycleCurve(const FaceFamily& family, Index period, Limits limits)
        : family_(family), period_(period), limits_(limits) {}

    Index dimension() const override { return family_.units() * period_; }
    Vector field(const Vector& z) const override;
    Matrix jacobian(const Vector& z) const override;
    bool contains(const Vector& z) const override;
    bool may_move(const Vector& from, const Vector& to) const override;
    /// `unstable` is the parity of real multipliers beyond 1: the sign of det(I − M).
    void judge(const Vector& z, ContinuationPoint& point) const override;
    ContinuationLabel name(const Vector& z, const ContinuationPoint& point,
                           bool of_map) const override;

    /// |F|×p.
    Matrix points(const Vector& z) const;
    /// The Jacobians of the layers in turn.
    std::vector<Matrix> layers(const Vector& z) const;

  private:
    const FaceFamily& family_;
    Index period_;
    Limits limits_;
};

}  // namespace resdyn
