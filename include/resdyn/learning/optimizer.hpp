/// @file
/// Steps of training: Adam on the flat parameter vector, and learning rates over time.
#pragma once

#include <string_view>

#include <resdyn/core/types.hpp>

namespace resdyn {

struct AdamOptions {
    double beta1 = 0.9;     ///< memory of the mean gradient, in [0, 1).
    double beta2 = 0.999;   ///< memory of the squared gradient, in [0, 1).
    double epsilon = 1e-8;  ///< added to the root of the squared gradient, > 0.
};

/// Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
/// p ← p − rate · (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε), component by component.
/// Reference: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, alg. 1.
template <class Scalar>
class Adam {
  public:
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    /// Throws std::invalid_argument naming the option out of range. threads 0: all.
    explicit Adam(Index size, const AdamOptions& options = {}, int threads = 0);
    /// One step with gradient g; both of the size given.
    void step(Parameters& p, const Parameters& g, double rate);

  private:
    AdamOptions options_;
    int threads_;
    Index steps_ = 0;
    Parameters mean_;
    Parameters square_;
};

extern template class Adam<float>;
extern template class Adam<double>;

/// How the learning rate goes over a run.
enum class RateSchedule {
    Constant,  ///< the same throughout.
    Cosine,    ///< from the full rate to zero along half a cosine wave.
};
/// "constant", "cosine".
std::string_view to_string(RateSchedule schedule);

/// The rate for step number `step` of `steps` (0 ≤ step < steps).
double rate_at(RateSchedule schedule, double rate, Index step, Index steps);

}  // namespace resdyn
