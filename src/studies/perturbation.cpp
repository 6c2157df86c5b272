#include <resdyn/studies/perturbation.hpp>

#include <fmt/format.h>

#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/model/parameters.hpp>
#include <resdyn/noise/adversary.hpp>

#include "core/suggestion.hpp"

namespace resdyn {

namespace {

std::optional<Attack> attack_from_name(const std::string& name) {
    for (const Attack attack : {Attack::Fgsm, Attack::Pgd}) {
        if (name == to_string(attack)) {
            return attack;
        }
    }
    return std::nullopt;
}

void require_twin(const Network& network, const Network& twin) {
    const auto text = [](const NetworkShape& s) {
        return fmt::format("N = {}, L = {}, {} classes, {}, data of width {}", s.width, s.depth,
                           s.classes, to_string(s.activation), s.data_width());
    };
    const std::string wanted = text(shape_of(network));
    const std::string got = text(shape_of(twin));
    if (wanted != got) {
        reject_argument("twin_model", "a twin of the same size: " + wanted, got);
    }
}

void check(const Network& network, const PerturbationOptions& options, const Network* twin) {
    for (const std::string& noise : options.noise) {
        if (!attack_from_name(noise) && !noise_kind_from_name(noise)) {
            reject_name("noise", noise_kind_names, noise);
        }
    }
    for (const double level : options.levels) {
        validate_level(NoiseKind::Gaussian, level);
    }
    validate_level(NoiseKind::Gaussian, options.layer_level);
    if (twin != nullptr) {
        require_twin(network, *twin);
    }
}

/// `job`: its name on the study's farm.
NamedCurve curve_of(const std::string& noise, const Network& network, const Dataset& data,
                    const PerturbationOptions& options, const std::string& job) {
    std::function<void(double)> on_progress;
    if (options.on_part) {
        on_progress = [&](double share) { options.on_part(noise, share); };
    }
    const InputRange range = range_of(data.inputs, data.image_rows, data.image_cols);
    if (const auto kind = attack_from_name(noise)) {
        AttackOptions with{.attack = *kind,
                           .range = range,
                           .seed = options.seed,
                           .threads = options.threads,
                           .on_progress = on_progress,
                           .farm = options.farm,
                           .job = job};
        with.levels = options.levels.empty() ? with.levels : options.levels;
        const Dataset some = data.draw(options.attack_samples, options.seed);
        return {noise, attack(network, some.inputs, some.labels, with)};
    }
    RobustnessOptions with{.kind = *noise_kind_from_name(noise),
                           .draws = options.draws,
                           .seed = options.seed,
                           .range = range,
                           .threads = options.threads,
                           .on_progress = on_progress,
                           .farm = options.farm,
                           .job = job};
    with.levels = options.levels.empty() ? with.levels : options.levels;
    return {noise, robustness(network, data.inputs, data.labels, with)};
}

void compare(const NamedCurve& mine, const NamedCurve& twin,
             std::vector<TwinDifference>& differences) {
    for (std::size_t k = 0; k < mine.second.points.size(); ++k) {
        const RobustnessPoint& a = mine.second.points[k];
        const RobustnessPoint& b = twin.second.points[k];
        differences.push_back({mine.first, a.level, a.accuracy.mean, b.accuracy.mean,
                               mean_with_error(a.correct - b.correct)});
    }
}

}  // namespace

PerturbationStudy study_perturbation(const Network& network, const Dataset& data,
                                     const PerturbationOptions& options, const Network* twin) {
    check(network, options, twin);
    PerturbationStudy study;
    Farm* farm = options.farm;
    const auto is_stopped = [farm] { return farm != nullptr && !farm->progress().complete(); };
    for (std::size_t k = 0; k < options.noise.size(); ++k) {
        const std::string& noise = options.noise[k];
        const std::string job = fmt::format("perturb-{}-{}", k, noise);
        study.curves.push_back(curve_of(noise, network, data, options, job));
        if (is_stopped()) {
            return study;
        }
        if (twin != nullptr) {
            study.twin_curves.push_back(curve_of(noise, *twin, data, options, job + "-twin"));
            if (is_stopped()) {
                return study;
            }
            compare(study.curves.back(), study.twin_curves.back(), study.differences);
        }
    }
    LinearNoiseOptions linear = options.linear;
    linear.seed = options.seed;
    linear.threads = options.threads;
    linear.farm = farm;
    study.theory = linear_noise(network, data.inputs, data.labels, linear);
    for (Index layer = 0; layer < shape_of(network).depth && !is_stopped(); ++layer) {
        const RobustnessOptions with{.levels = {options.layer_level},
                                     .draws = 1,
                                     .seed = options.seed,
                                     .threads = options.threads,
                                     .farm = farm,
                                     .job = fmt::format("perturb-layer-{}", layer)};
        study.by_layer.emplace_back(
            fmt::format("layer {}", layer),
            layer_robustness(network, layer, data.inputs, data.labels, with));
    }
    return study;
}

}  // namespace resdyn
