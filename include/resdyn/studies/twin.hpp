/// @file
/// The twin experiment: residual networks and perceptrons of equal width, depth, activation, data,
/// budget and seeds, held against each other.
///
/// For every seed, a residual network with shared weights, one with own weights a layer and a
/// perceptron with own weights a layer are trained alike; each is then compared as it ended (equal
/// budget) and at the epoch whose test accuracy comes closest to the lowest of the three final ones
/// (equal clean accuracy; the gap that stays is reported). Noise is the same for all of a seed.
/// A claim is a difference between two kinds, paired by seed: mean ± standard error, Student's t
/// with seeds − 1 degrees of freedom, two-sided p. What it can miss: with few seeds only large
/// differences are significant; the p values of several levels are not independent and not
/// corrected for their number; the epochs of equal accuracy are chosen on the test data.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <resdyn/learning/trainer.hpp>
#include <resdyn/noise/adversary.hpp>
#include <resdyn/noise/linear_noise.hpp>
#include <resdyn/noise/robustness.hpp>

namespace resdyn {

class Farm;

enum class TwinKind {
    SharedResidual,  ///< x ← x + h f(Wx + b), one W.
    OwnResidual,     ///< likewise, a W for every layer.
    Perceptron,      ///< y ← f(Wy + b), a W for every layer.
};
/// "residual, shared", "residual, own", "perceptron".
std::string_view to_string(TwinKind kind);
inline constexpr std::array twin_kinds = {TwinKind::SharedResidual, TwinKind::OwnResidual,
                                          TwinKind::Perceptron};

struct TwinOptions {
    Activation activation = Activation::Logistic;
    Index depth = 5;         ///< L, >= 1.
    Index width = 0;         ///< N; 0: the width of the data, else an input layer is trained too.
    double step = 1.0;       ///< h of the residual networks, > 0.
    Index seeds = 3;         ///< >= 2; seed, seed + 1, ….
    std::uint64_t seed = 1;  ///< of weights, order of samples and noise.
    Index epochs = 4;        ///< >= 1.
    Index batch = 128;
    double rate = 1e-3;  ///< of Adam, constant, so that all epochs are alike.
    double weight_decay = 0.0;
    std::vector<double> levels{0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0};  ///< of the noise, >= 0.
    NoiseKind kind = NoiseKind::Gaussian;
    std::optional<Attack> attack{};  ///< in place of noise; then `levels` are ε, of one draw.
    Index draws = 3;
    LinearNoiseOptions linear{.sample = 20, .draws = 10, .singular_values = 1};
    int threads = 0;
    /// Called before each part with its name and the share done; may be empty.
    std::function<void(const std::string&, double)> on_part{};
    /// Where the seeds are done (work/farm.hpp), as a job "twin"; null: here, one after the other.
    /// Where it does a shard, or is stopped, the report is empty.
    Farm* farm = nullptr;
};

/// What is usual for data of this kind, a built-in set or files: epochs and rate.
TwinOptions usual_twins(bool builtin);
/// Sets the noise or the attack of this name, with the levels that are usual for it; false where
/// there is none (noise_kind_names).
bool choose_perturbation(std::string_view name, TwinOptions& options);

/// What the levels are of: "noise", "fgsm", "pgd".
std::string_view perturbation(const TwinOptions& options);

/// One network in one of the two comparisons.
struct TwinRun {
    TwinKind kind = TwinKind::SharedResidual;
    std::uint64_t seed = 0;
    Index epoch = 0;               ///< epochs of training behind it.
    double clean = 0.0;            ///< test accuracy.
    std::vector<double> by_layer;  ///< L+1: test accuracy of the read-out of x_n.
    std::vector<double> robust;    ///< test accuracy by level.
    Index zero_gradients = 0;  ///< of an attack: samples without a direction, of the worst level.
    std::vector<double> noise_gain;  ///< L+1: tr Σ_n / tr Σ_0, linear theory.
    double exponent = 0.0;           ///< finite-time Lyapunov exponent of the whole network.
    double settle = 0.0;     ///< mean |y_{L−1} − y_{L−2}|₂ on the test data; NaN for L = 1.
    double agreement = 0.0;  ///< of linear theory and Monte Carlo, in standard errors.
};

/// What three seeds or more say of a difference.
enum class TwinVerdict {
    Holds,      ///< positive, p < 0.05.
    Fails,      ///< negative, p < 0.05.
    Undecided,  ///< p >= 0.05: no difference shown by so many seeds.
};
/// "holds", "fails", "undecided".
std::string_view to_string(TwinVerdict verdict);

struct TwinClaim {
    std::string text;
    MeanWithError difference;  ///< over seeds.
    double t = 0.0;
    double p = 1.0;  ///< two-sided.
    TwinVerdict verdict = TwinVerdict::Undecided;
};
/// From the differences of the seeds (at least two). Equal differences other than 0 have p = 0.
TwinClaim paired_claim(std::string text, const Vector& differences);

/// Over the seeds of one kind in one of the two comparisons.
struct TwinMeans {
    TwinKind kind = TwinKind::SharedResidual;
    std::vector<MeanWithError> by_layer;    ///< as in TwinRun, and so on.
    std::vector<MeanWithError> robust;      ///< by level.
    std::vector<MeanWithError> noise_gain;  ///< by layer.
};
/// One a kind, in the order of twin_kinds.
std::vector<TwinMeans> means_over_seeds(const std::vector<TwinRun>& runs);

struct TwinReport {
    std::vector<TwinRun> budget;   ///< by seed, then kind.
    std::vector<TwinRun> matched;  ///< likewise, at equal clean accuracy.
    std::vector<TwinMeans> budget_means;
    std::vector<TwinMeans> matched_means;
    double largest_gap = 0.0;  ///< of clean accuracy within a seed, among `matched`.
    std::vector<TwinClaim> claims;
};

/// One seed of the experiment: a run a kind, in the order of twin_kinds.
struct TwinSeed {
    std::vector<TwinRun> budget;
    std::vector<TwinRun> matched;
};

/// For farms (work/task_fields.hpp).
inline auto task_fields(TwinRun& run) {
    return std::tie(run.kind, run.seed, run.epoch, run.clean, run.by_layer, run.robust,
                    run.zero_gradients, run.noise_gain, run.exponent, run.settle, run.agreement);
}

inline auto task_fields(TwinSeed& seed) {
    return std::tie(seed.budget, seed.matched);
}

/// The k-th seed, 0 … seeds − 1; nothing after an interrupt (interrupt.hpp) in a training. Throws
/// as twin_experiment does.
std::optional<TwinSeed> twin_seed(const Dataset& training, const Dataset& test,
                                  const TwinOptions& options, Index k);
/// Of all seeds, in their order.
TwinReport twin_report(std::vector<TwinSeed> seeds, const TwinOptions& options);

/// Throws std::invalid_argument (InputError for data that do not fit) before any training, and
/// std::runtime_error if a training diverges: then there is nothing to compare. Without a farm no
/// interrupt is asked for.
TwinReport twin_experiment(const Dataset& training, const Dataset& test,
                           const TwinOptions& options = {});

}  // namespace resdyn
