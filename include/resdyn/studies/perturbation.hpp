/// @file
/// What noise does to one trained network: accuracy over the level of noise at its input, linear
/// theory against Monte Carlo, noise in one layer alone, and, beside a twin of the same size, the
/// difference on the same noise paired by sample (`resdyn perturb`).
///
/// Parts: robustness.hpp, adversary.hpp, linear_noise.hpp, each with its method and reference.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/perturbation.hpp>
/// #include <resdyn/studies/training.hpp>
///
/// int main() {
///     resdyn::TrainingStudyOptions training;
///     training.network.depth = 5;
///     training.network.step = 0.4;
///     training.train.epochs = 5;
///     const resdyn::Dataset rings = resdyn::builtin_dataset("rings", 300, 1);
///     const resdyn::TrainingStudy trained =
///         resdyn::study_training(resdyn::training_data(rings, {}, training.train), training);
///     resdyn::PerturbationOptions options;
///     options.levels = {0.0, 0.2};
///     const resdyn::PerturbationStudy study =
///         resdyn::study_perturbation(trained.result.network, rings, options);
///     for (const resdyn::RobustnessPoint& point : study.curves.front().second.points) {
///         std::cout << "level " << point.level << ": accuracy " << point.accuracy.mean << " ± "
///                   << point.accuracy.standard_error << '\n';
///     }
///     return study.curves.front().second.points.size() == 2 ? 0 : 1;
/// }
/// \endcode
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/core/proportion.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/noise/linear_noise.hpp>
#include <resdyn/noise/robustness.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

/// Accuracy over levels under the noise (or in the layer) that the name says.
using NamedCurve = std::pair<std::string, RobustnessCurve>;

/// Accuracy of a network less that of its twin at one level of one noise.
struct TwinDifference {
    std::string noise;
    double level = 0.0;
    double accuracy = 0.0;
    double twin_accuracy = 0.0;
    MeanWithError difference;  ///< over samples, on the same noise, paired by sample.
};

struct PerturbationOptions {
    /// Kinds, each a curve: gaussian, uniform, salt-and-pepper, occlusion (noise); fgsm, pgd
    /// (attacks).
    std::vector<std::string> noise = {"gaussian"};
    std::vector<double> levels = {};  ///< of every kind, >= 0; empty: those of the kind.
    Index draws = 10;                 ///< of every sample at every level, >= 1.
    Index attack_samples = 1000;      ///< for attacks, a stratified draw.
    double layer_level = 0.5;         ///< standard deviation of the noise in one layer alone.
    LinearNoiseOptions linear = {};   ///< seed and threads are taken from here below.
    std::uint64_t seed = 1;
    int threads = 0;
    /// Called with the kind at work and its share done. May be empty.
    std::function<void(const std::string&, double)> on_part = {};
    /// Where tiles of samples and inputs are done (work/farm.hpp), a job for every curve and one
    /// for linear theory; null: in threads. Where it does a shard, or is stopped, the study means
    /// nothing: farm->progress() tells.
    Farm* farm = nullptr;
};

struct PerturbationStudy {
    std::vector<NamedCurve> curves;           ///< one a kind.
    std::vector<NamedCurve> twin_curves;      ///< of the twin, where there is one.
    std::vector<TwinDifference> differences;  ///< likewise, by kind and level.
    LinearNoiseReport theory;
    std::vector<NamedCurve> by_layer;  ///< noise of `layer_level` in one layer alone.
};

/// `twin`: a network of the same size to compare with; null: none. Throws std::invalid_argument for
/// an unknown kind, a level out of range, or a twin of another size.
PerturbationStudy study_perturbation(const Network& network, const Dataset& data,
                                     const PerturbationOptions& options = {},
                                     const Network* twin = nullptr);

}  // namespace resdyn
