/// @file
/// Cycles of the flow on a face along a path of weights as a curve of multiple shooting
/// (flow_cycle_branches.hpp).
#pragma once

#include <optional>
#include <vector>

#include "bifurcation/arclength.hpp"
#include "face_family.hpp"

namespace resdyn {

/// z = (x_0 … x_{m−1}, T, α).
class FlowCycleCurve final : public ContinuationProblem {
  public:
    struct Limits {
        double period = 0.0;     ///< at most.
        double amplitude = 0.0;  ///< largest |x_k − mean| at least.
        double size = 0.0;       ///< |x| at most.
        double apart = 0.0;      ///< from half a round later at least; 0: no limit.
    };

    /// `segments`: m, even. The phase is that of the points of a reference, |F|×m, with their
    /// velocities: Σ_k v_k · (x_k − r_k) = 0. It goes along with the run.
    FlowCycleCurve(const FaceFamily& family, Index segments, Limits limits, Matrix reference,
                   Matrix velocities)
        : family_(family),
          segments_(segments),
          limits_(limits),
          reference_(std::move(reference)),
          normal_(velocities / velocities.norm()) {}

    Index units() const { return family_.units(); }
    Index segments() const { return segments_; }
    Index dimension() const override { return units() * segments_ + 1; }
    Vector field(const Vector& z) const override;
    Matrix jacobian(const Vector& z) const override;
    bool contains(const Vector& z) const override;
    bool may_move(const Vector& from, const Vector& to) const override;
    void goes_on_from(const Vector& z) const override;
    void judge(const Vector& z, ContinuationPoint& point) const override;
    ContinuationLabel name(const Vector& z, const ContinuationPoint& point,
                           bool of_map) const override;

    Matrix points(const Vector& z) const;
    double period(const Vector& z) const { return z[z.size() - 2]; }
    double amplitude(const Vector& z) const;
    /// The derivative of each segment's end by its beginning.
    std::vector<Matrix> pieces(const Vector& z) const { return shoot(z).by_x; }
    /// Once round from x_0: the Floquet multipliers, the trivial one apart.
    struct Monodromy {
        double trivial = 0.0;
        double trivial_error = -1.0;  ///< largest |Φv − v'|/|v'| of a segment, from velocity v to
                                      ///< v'; −1: not finite.
        std::vector<Complex> others;
    };
    Monodromy monodromy(const Vector& z) const;
    /// The velocity at each point, |F|×m.
    Matrix velocities(const Vector& z) const;

  private:
    /// The ends of the segments with their derivatives, of the last z asked for.
    struct Shot {
        Vector z;
        Matrix ends;               ///< |F|×m; NaN where a segment failed.
        std::vector<Matrix> by_x;  ///< a segment, |F|×|F|.
        Matrix by_alpha;           ///< |F|×m.
    };
    const Shot& shoot(const Vector& z) const;

    const FaceFamily& family_;
    Index segments_;
    Limits limits_;
    mutable Matrix reference_;
    mutable Matrix normal_;  ///< the velocities of the reference, |·|_2 = 1.
    mutable Shot last_;
};

}  // namespace resdyn
