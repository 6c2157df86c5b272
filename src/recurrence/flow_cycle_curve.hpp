/// @file
/// Cycles of the flow on a face along a path of weights as a curve of multiple shooting
/// (flow_cycle_branches.hpp).
#pragma once

#include <optional>
#include <vector>

#include <resdyn/bifurcation/parameter_path.hpp>
#include <resdyn/equilibria/face_flow.hpp>

#include "bifurcation/arclength.hpp"

namespace resdyn {

/// W_FF(α) f(u) + W_FS(α) y_S, affine in α.
struct FaceFamily {
    FaceFamily(const ParameterPath& path, const Pattern& face);

    Activation activation;
    Matrix block;       ///< at α = 0.
    Vector load;        ///< likewise.
    Matrix block_rate;  ///< by α.
    Vector load_rate;
};

/// z = (x_0 … x_{m−1}, T, α).
class FlowCycleCurve final : public ContinuationProblem {
  public:
    static constexpr Index segments = 8;

    struct Limits {
        double period = 0.0;     ///< at most.
        double amplitude = 0.0;  ///< largest |x_k − mean| at least.
        double size = 0.0;       ///< |x| at most.
    };

    /// `phase`: normal of the hyperplane, size |F|.
    FlowCycleCurve(const FaceFamily& family, Vector phase, Limits limits)
        : family_(family), phase_(std::move(phase)), limits_(limits) {}

    Index units() const { return family_.load.size(); }
    Index dimension() const override { return units() * segments + 1; }
    Vector field(const Vector& z) const override;
    Matrix jacobian(const Vector& z) const override;
    bool contains(const Vector& z) const override;
    void judge(const Vector& z, ContinuationPoint& point) const override;
    ContinuationLabel name(const Vector& z, const ContinuationPoint& point,
                           bool of_map) const override;

    Matrix points(const Vector& z) const;
    double period(const Vector& z) const { return z[z.size() - 2]; }
    double amplitude(const Vector& z) const;

  private:
    /// The ends of the segments with their derivatives, of the last z asked for.
    struct Shot {
        Vector z;
        Matrix ends;               ///< |F|×m; NaN where a segment failed.
        std::vector<Matrix> by_x;  ///< a segment, |F|×|F|.
        Matrix by_alpha;           ///< |F|×m.
    };
    const Shot& shoot(const Vector& z) const;
    Vector velocity(const Vector& x, double alpha) const;

    const FaceFamily& family_;
    Vector phase_;
    Limits limits_;
    mutable Shot last_;
};

}  // namespace resdyn
