/// @file
/// Steps of training on the flat parameter vector: Adam, and gradient descent with momentum; and
/// learning rates over time.
///
/// Method: in place, element by element, in the precision of the run.
/// What it can miss: a rate that is too large for the loss is not noticed here (trainer.hpp ends
/// the run). Reference: D. P. Kingma, J. Ba, Adam, ICLR 2015, algorithm 1; weight decay decoupled
/// as in I. Loshchilov, F. Hutter, ICLR 2019; momentum after B. T. Polyak, 1964.
#pragma once

#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

enum class OptimizerMethod {
    Adam,  ///< m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
           ///< p ← p − rate · (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε), component by component.
    Sgd,  ///< m ← μm + g, p ← p − rate · m (heavy ball).
};
/// "adam", "sgd".
std::string_view to_string(OptimizerMethod method);

struct OptimizerOptions {
    OptimizerMethod method = OptimizerMethod::Adam;
    double beta1 = 0.9;     ///< Adam: memory of the mean gradient, in [0, 1).
    double beta2 = 0.999;   ///< Adam: memory of the squared gradient, in [0, 1).
    double epsilon = 1e-8;  ///< Adam: added to the root of the squared gradient, > 0.
    double momentum = 0.9;  ///< Sgd: μ, in [0, 1).
};

/// What an optimiser remembers between steps.
template <class Scalar>
struct OptimizerMemory {
    Index steps = 0;                                   ///< taken so far.
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> mean;     ///< m.
    Eigen::Matrix<Scalar, Eigen::Dynamic, 1> squares;  ///< v; empty for Sgd.
};

/// Reference: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, alg. 1;
/// B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
template <class Scalar>
class Optimizer {
  public:
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    /// Throws std::invalid_argument naming the option out of range. threads 0: all.
    explicit Optimizer(Index size, const OptimizerOptions& options = {}, int threads = 0);
    /// One step with the gradient `scale` · g; p and g of the size given.
    void step(Parameters& p, const Parameters& g, double rate, double scale = 1.0);

    const OptimizerMemory<Scalar>& memory() const { return memory_; }
    /// Goes on from there; the sizes must be those of memory().
    void restore(OptimizerMemory<Scalar> memory);

  private:
    OptimizerOptions options_;
    int threads_;
    OptimizerMemory<Scalar> memory_;
};

extern template class Optimizer<float>;
extern template class Optimizer<double>;

/// How the learning rate goes over a run.
enum class RateSchedule {
    Constant,  ///< the same throughout.
    Step,      ///< times step_factor after every step_epochs epochs.
    Cosine,    ///< from the full rate to zero along half a cosine wave.
};
/// "constant", "step", "cosine".
std::string_view to_string(RateSchedule schedule);

struct RateOptions {
    double rate = 1e-3;  ///< at the start, > 0.
    RateSchedule schedule = RateSchedule::Cosine;
    Index step_epochs = 10;    ///< of Step, >= 1.
    double step_factor = 0.1;  ///< of Step, in (0, 1].
};

/// Throws std::invalid_argument naming the option out of range.
void validate(const RateOptions& options);

/// The rate at a time in a run of `epochs` epochs, counted in epochs with fractions; 0 <= epoch.
double rate_at(const RateOptions& options, double epoch, Index epochs);

}  // namespace resdyn
