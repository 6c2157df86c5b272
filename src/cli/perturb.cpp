// resdyn perturb: what noise does to a network, at its input and in its layers.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include <plots/gnuplot.hpp>
#include <plots/noise_figures.hpp>
#include <resdyn/core/error.hpp>
#include <resdyn/core/suggestion.hpp>
#include <resdyn/io/csv.hpp>
#include <resdyn/io/model_file.hpp>
#include <resdyn/io/noise_results.hpp>
#include <resdyn/io/output_folder.hpp>
#include <resdyn/model/parameters.hpp>
#include <resdyn/transient/adversary.hpp>

#include "labelled.hpp"
#include "number_check.hpp"
#include "twin.hpp"

namespace resdyn::cli {

namespace {

struct PerturbOptions {
    CommonOptions common;
    LabelledOptions labelled;
    std::vector<std::string> noise{"gaussian"};
    std::string levels;
    Index draws = 10;
    Index attack_samples = 1000;
    double layer_level = 0.5;
    std::string other;
    bool twin = false;
    TwinVerbOptions twin_options;
    LinearNoiseOptions linear;
};

/// The numbers of --levels; empty without it.
std::vector<double> levels_of(const PerturbOptions& options) {
    std::vector<double> levels;
    std::size_t begin = 0;
    while (!options.levels.empty() && begin <= options.levels.size()) {
        const std::size_t end = std::min(options.levels.find(',', begin), options.levels.size());
        const std::string word = options.levels.substr(begin, end - begin);
        double level = 0.0;
        try {
            std::size_t used = 0;
            level = std::stod(word, &used);
            if (used != word.size()) {
                throw std::invalid_argument(word);
            }
        } catch (const std::logic_error&) {
            reject_input("--levels", "numbers with commas between them", word);
        }
        levels.push_back(level);
        begin = end + 1;
    }
    return levels;
}

NamedCurve curve_of(const std::string& noise, const Network& network, const Dataset& data,
                    const PerturbOptions& options, Progress& progress) {
    const std::vector<double> levels = levels_of(options);
    const auto on_progress = [&](double share) { progress.update(share, noise); };
    const InputRange range = range_of(data.inputs, data.image_rows, data.image_cols);
    if (noise == "fgsm" || noise == "pgd") {
        AttackOptions with;
        with.attack = noise == "fgsm" ? Attack::Fgsm : Attack::Pgd;
        with.levels = levels.empty() ? with.levels : levels;
        with.range = range;
        with.seed = options.common.seed;
        with.threads = options.common.threads;
        with.on_progress = on_progress;
        const Dataset some = data.draw(options.attack_samples, options.common.seed);
        return {noise, attack(network, some.inputs, some.labels, with)};
    }
    const auto kind = noise_kind_from_name(noise);
    if (!kind) {
        reject_name("--noise", noise_kind_names, noise);
    }
    RobustnessOptions with;
    with.kind = *kind;
    with.levels = levels.empty() ? with.levels : levels;
    with.draws = options.draws;
    with.seed = options.common.seed;
    with.range = range;
    with.threads = options.common.threads;
    with.on_progress = on_progress;
    return {noise, robustness(network, data.inputs, data.labels, with)};
}

/// Throws InputError unless the other network is of the same size.
void require_twin(const Network& network, const Network& other, const std::string& name) {
    const NetworkShape a = shape_of(network);
    const NetworkShape b = shape_of(other);
    const auto text = [](const NetworkShape& s) {
        return fmt::format("N = {}, L = {}, {} classes, {}, data of width {}", s.width, s.depth,
                           s.classes, to_string(s.activation), s.data_width());
    };
    if (text(a) != text(b)) {
        reject_input(name, "a twin of the same size: " + text(a), text(b));
    }
}

/// Accuracy of the network less that of its twin, on the same noise, paired by sample.
CsvTable twin_table(const std::vector<NamedCurve>& mine, const std::vector<NamedCurve>& other,
                    nlohmann::ordered_json& json, bool print) {
    CsvTable table(
        {"noise", "level", "accuracy", "twin_accuracy", "difference", "difference_error"});
    for (std::size_t c = 0; c < mine.size(); ++c) {
        for (std::size_t k = 0; k < mine[c].second.points.size(); ++k) {
            const RobustnessPoint& a = mine[c].second.points[k];
            const RobustnessPoint& b = other[c].second.points[k];
            const MeanWithError d = mean_with_error(a.correct - b.correct);
            table.add({mine[c].first, a.level, a.accuracy.mean, b.accuracy.mean, d.mean,
                       d.standard_error});
            json.push_back({{"noise", mine[c].first},
                            {"level", a.level},
                            {"difference", d.mean},
                            {"standard_error", d.standard_error}});
            if (print) {
                fmt::print("  {} {:g}: accuracy less the twin's {:+.2f} ± {:.2f} %\n",
                           mine[c].first, a.level, 100.0 * d.mean, 100.0 * d.standard_error);
            }
        }
    }
    return table;
}

void print_curves(const std::vector<NamedCurve>& curves) {
    for (const auto& [name, curve] : curves) {
        fmt::print("{} ({} draws, {:.1f} s):", name, curve.draws, curve.seconds);
        for (const RobustnessPoint& point : curve.points) {
            fmt::print(" {:g}: {:.2f} ± {:.2f} %,", point.level, 100.0 * point.accuracy.mean,
                       100.0 * point.accuracy.standard_error);
        }
        const auto samples = curve.points.front().correct.size();
        fmt::print(" samples {}\n", samples);
        if (curve.points.front().zero_gradients) {
            fmt::print("  inputs whose gradient is 0:");
            for (const RobustnessPoint& point : curve.points) {
                fmt::print(" {:g}: {},", point.level, *point.zero_gradients);
            }
            fmt::print(" of {}; an attack has no direction there\n", samples);
        }
    }
}

void print_theory(const LinearNoiseReport& theory) {
    fmt::print(
        "linear theory against Monte Carlo: {:.3f} standard errors apart ({} inputs, {} draws "
        "of deviation {:g})\n",
        theory.agreement, theory.sample.size(), theory.draws, theory.deviation);
    fmt::print("noise energy by layer, over the input's:");
    for (const MeanWithError& energy : theory.energy) {
        fmt::print(" {:.4g}", energy.mean / theory.energy.front().mean);
    }
    fmt::print(
        "\nLyapunov exponent of the whole network {:.4g} ± {:.2g}, largest gain {:.4g} "
        "(residual {:.1e})\n",
        theory.exponent.back().mean, theory.exponent.back().standard_error,
        theory.singular_values(0, theory.singular_values.cols() - 1), theory.singular_residual);
}

int run_model(const PerturbOptions& options) {
    const Labelled input = load_labelled(options.labelled, options.common);
    std::optional<Network> other;
    if (!options.other.empty()) {
        other = load_model(options.other, overrides_of(options.labelled)).network;
        require_twin(input.network, *other, options.other);
    }
    OutputFolder folder(options.common.out, options.common.verb);
    std::optional<Progress> progress;
    progress.emplace("perturb", 1.0, options.common.progress());
    std::vector<NamedCurve> curves;
    std::vector<NamedCurve> other_curves;
    for (const std::string& noise : options.noise) {
        curves.push_back(curve_of(noise, input.network, input.data, options, *progress));
        if (other) {
            other_curves.push_back(curve_of(noise, *other, input.data, options, *progress));
        }
    }
    LinearNoiseOptions linear = options.linear;
    linear.seed = options.common.seed;
    linear.threads = options.common.threads;
    const LinearNoiseReport theory =
        linear_noise(input.network, input.data.inputs, input.data.labels, linear);
    std::vector<NamedCurve> by_layer;
    for (const LayerInjection& injection : theory.injections) {
        RobustnessOptions with;
        with.levels = {options.layer_level};
        with.draws = 1;
        with.seed = options.common.seed;
        with.threads = options.common.threads;
        by_layer.emplace_back(fmt::format("layer {}", injection.layer),
                              layer_robustness(input.network, injection.layer, input.data.inputs,
                                               input.data.labels, with));
    }
    progress.reset();

    nlohmann::ordered_json json = {{"schema", results_schema},
                                   {"verb", "perturb"},
                                   {"provenance", to_json(input.provenance)},
                                   {"network", describe(input.network)},
                                   {"data", input.data.name}};
    json["robustness"] = nlohmann::ordered_json::array();
    for (const NamedCurve& curve : curves) {
        json["robustness"].push_back(to_json(curve));
    }
    json["linear_theory"] = to_json(theory);
    json["noise_in_one_layer"] = nlohmann::ordered_json::array();
    for (const NamedCurve& curve : by_layer) {
        json["noise_in_one_layer"].push_back(to_json(curve));
    }
    const bool print = !options.common.json && !options.common.quiet;
    if (print) {
        fmt::print("{}: {}\n", input.model_name, describe(input.network));
        print_curves(curves);
        print_theory(theory);
    }
    if (other) {
        if (print) {
            fmt::print("twin {}: {}\n", options.other, describe(*other));
        }
        json["twin"] = nlohmann::ordered_json::array();
        folder.write("twin.csv", twin_table(curves, other_curves, json["twin"], print).text());
    }
    folder.write("results.json", json.dump(2) + "\n");
    folder.write("robustness.csv", robustness_table(curves).text());
    folder.write("noise_by_layer.csv", noise_by_layer_table(theory).text());
    folder.write("noise_in_layer.csv", injection_table(theory).text());
    folder.write("robustness_in_layer.csv", robustness_table(by_layer).text());
    draw({plots::robustness_figure(curves), plots::noise_by_layer_figure(theory),
          plots::injection_figure(theory, by_layer)},
         folder, options.common);
    const auto files = folder.commit();
    if (options.common.json) {
        print_json(json);
    } else if (print) {
        print_written(folder, files);
    }
    return Done;
}

int run(const PerturbOptions& options) {
    for (const double level : levels_of(options)) {
        validate_level(NoiseKind::Gaussian, level);
    }
    validate_level(NoiseKind::Gaussian, options.layer_level);
    if (!options.twin) {
        return run_model(options);
    }
    if (!options.labelled.model.empty() || !options.other.empty()) {
        reject_argument("--twin", "no model, it trains its own", "one");
    }
    TwinVerbOptions twin = options.twin_options;
    twin.data = options.labelled.data;
    twin.samples = options.labelled.samples;
    twin.format = options.labelled.format;
    twin.twin.depth = options.labelled.depth.value_or(twin.twin.depth);
    twin.twin.step = options.labelled.step.value_or(twin.twin.step);
    if (!options.labelled.activation.empty()) {
        twin.activation = options.labelled.activation;
    }
    twin.levels = levels_of(options);
    twin.noise = options.noise;
    return run_twin(twin, options.common);
}

}  // namespace

Verb add_perturb(CLI::App& program, const std::string& command) {
    auto options = std::make_shared<PerturbOptions>();
    options->common.command = command;
    CLI::App* app = program.add_subcommand(
        "perturb", "What noise does to a network: accuracy, linear theory, the twin experiment");
    add_labelled_options(*app, options->labelled, true);
    app->add_option("--noise", options->noise,
                    "Kinds, with commas (with --twin: one): gaussian, uniform, salt-and-pepper, "
                    "occlusion, fgsm, pgd")
        ->delimiter(',')
        ->capture_default_str();
    app->add_option("--levels", options->levels,
                    "Noise levels, with commas: standard deviation; share of components or of the "
                    "side; largest change a component of an attack (default: ten from 0 to 1, "
                    "attacks nine from 0 to 0.3)");
    app->add_option("--draws", options->draws, "Draws of every sample at every level")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--attack-samples", options->attack_samples,
                    "So many samples for fgsm and pgd, drawn with each class in its share")
        ->check(CLI::Range(1, 100000000))
        ->capture_default_str();
    app->add_option("--layer-level", options->layer_level,
                    "Deviation of the noise in one layer alone")
        ->check(not_negative())
        ->capture_default_str();
    app->add_option("--theory-samples", options->linear.sample,
                    "Inputs (a seeded sample) for linear theory and its Monte Carlo")
        ->check(whole_from(1))
        ->capture_default_str();
    app->add_option("--small-noise", options->linear.deviation,
                    "Deviation of the noise held against linear theory")
        ->check(positive())
        ->capture_default_str();
    app->add_option("--twin-model", options->other,
                    "Compare with this model, of the same size, on the same noise");
    app->add_flag("--twin", options->twin,
                  "Train residual networks and perceptrons alike and compare them");
    add_twin_options(*app, options->twin_options);
    add_common_options(*app, options->common, {.figures = true});
    app->footer(
        "Examples: resdyn perturb model.safetensors --data mnist/\n"
        "          resdyn perturb --twin --data moons --seeds 3");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
