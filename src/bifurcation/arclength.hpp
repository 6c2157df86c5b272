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
    /// Fills in eigenvalues, unstable and outside.
    virtual void judge(const Vector& z, ContinuationPoint& point) const = 0;
    /// The event at z, where the count of the flow, or of the map, changes.
    virtual ContinuationLabel name(const Vector& z, const ContinuationPoint& point,
                                   bool of_map) const = 0;
};

/// As continue_equilibrium.
std::vector<ContinuationPoint> follow_curve_of_equilibria(const ContinuationProblem& problem,
                                                          const Vector& y0, double alpha0,
                                                          const ContinuationOptions& options);

}  // namespace resdyn
