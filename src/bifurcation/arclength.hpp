/// @file
/// Pseudo-arclength continuation of a curve F(z) = 0, z = (y, α), with events where the number of
/// unstable eigenvalues or multipliers changes: continuation.hpp without what the curve is of.
#pragma once

#include <vector>

#include <resdyn/bifurcation/continuation.hpp>

namespace resdyn {

/// What is followed. z has size n + 1, α last.
class ContinuationProblem {
  public:
    ContinuationProblem() = default;
    ContinuationProblem(const ContinuationProblem&) = delete;
    ContinuationProblem& operator=(const ContinuationProblem&) = delete;
    virtual ~ContinuationProblem() = default;

    virtual Index dimension() const = 0;
    /// F(z), size n.
    virtual Vector field(const Vector& z) const = 0;
    /// ∂F/∂z, n×(n+1).
    virtual Matrix jacobian(const Vector& z) const = 0;
    /// y is where the run may go.
    virtual bool contains(const Vector& z) const = 0;
    /// The run may go on from one point to the next: false where it would pass into what belongs
    /// to another curve (a doubled cycle through the one that it left).
    virtual bool may_move(const Vector& from, const Vector& to) const;
    /// The run goes on from z: what F takes from a point nearby may be taken from z from now on
    /// (the phase of a cycle), as long as F(z) stays 0 and the curve as it is.
    virtual void goes_on_from(const Vector& z) const;
    /// Fills in eigenvalues, unstable and outside.
    virtual void judge(const Vector& z, ContinuationPoint& point) const = 0;
    /// The event at z, where the count of the flow, or of the map, changes.
    virtual ContinuationLabel name(const Vector& z, const ContinuationPoint& point,
                                   bool of_map) const = 0;
};

/// As continue_equilibrium. `towards` (n + 1): the run sets out to this side, in place of
/// options.direction: of a curve that is hardly inclined to α, as beside its birth. Empty: none.
std::vector<ContinuationPoint> follow_curve_of_equilibria(const ContinuationProblem& problem,
                                                          const Vector& y0, double alpha0,
                                                          const ContinuationOptions& options,
                                                          const Vector& towards = {});

}  // namespace resdyn
