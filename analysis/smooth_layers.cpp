// What does it cost, and what does it buy, to train weights that differ by layer as samples of a
// smooth W(t)? Ways of training, measures and the smallest differences that matter stand below,
// fixed before any run.
//
// Usage: smooth_layers --out DIR [--data MNIST] [--sets SET,…] [--seeds K] [--seconds S] [--quick]
//        smooth_layers --out DIR --tables
// A task is a data set and a seed: all ways of training, one file DIR/SET-K.csv; a task whose file
// is there is not done again, so that a run goes on where it was stopped. After --seconds no task
// is begun. --tables writes the rows of all files as DIR/smooth_layers.csv and prints tables of
// them. Exit code 1 if a training goes wrong or the parts of a step do not add up.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/learning/evaluation.hpp>
#include <resdyn/learning/trainer.hpp>
#include <resdyn/noise/adversary.hpp>
#include <resdyn/noise/robustness.hpp>
#include <resdyn/studies/discretisation_study.hpp>

#include "formats/csv.hpp"
#include "formats/output_folder.hpp"
#include "formats/sha256.hpp"
#include "smooth_layers.hpp"

namespace resdyn::smooth_layers {

namespace fs = std::filesystem;

const std::vector<Arm>& arms() {
    static const std::vector<Arm> all = {
        {.name = "plain"},
        {.name = "equal start", .equal = true},
        {.name = "smooth 0.0001", .equal = true, .smoothness = 1e-4},
        {.name = "smooth 0.001", .equal = true, .smoothness = 1e-3},
        {.name = "smooth 0.01", .equal = true, .smoothness = 1e-2},
        {.name = "growth", .equal = true, .doublings = 2},
        {.name = "growth, smooth 0.001", .equal = true, .smoothness = 1e-3, .doublings = 2},
        {.name = "shared", .shared = true}};
    return all;
}

const std::vector<Measure>& measures() {
    static const std::vector<Measure> all = {{"test_accuracy", "accuracy", 0.005},
                                             {"noisy_accuracy", "accuracy under noise", 0.01},
                                             {"attacked_accuracy", "accuracy under FGSM", 0.01},
                                             {"kept_by_half", "accuracy kept by 8 layers", 0.01},
                                             {"kept_by_quarter", "accuracy kept by 4 layers", 0.01},
                                             {"relative_distance", "distance from the ODE", 0.05},
                                             {"agreement", "agreement with the ODE", 0.01},
                                             {"drift_share", "share of drift", 0.05},
                                             {"weight_variation", "variation of the weights", 0.1}};
    return all;
}

const std::vector<std::string>& columns() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all{"set", "number", "seed", "arm", "train_accuracy"};
        for (const Measure& measure : measures()) {
            all.push_back(measure.name);
        }
        for (const char* more : {"field_variation", "first_ratio", "flow_accuracy", "verdict"}) {
            all.emplace_back(more);
        }
        return all;
    }();
    return names;
}

fs::path file_of(const Options& options, const std::string& set, Index number) {
    return fs::path(options.out) / fmt::format("{}-{}.csv", set, number);
}

namespace {

/// What a data set asks for.
struct Recipe {
    Index units = 16;
    Index epochs = 120;
    double rate = 0.02;
    double noise = 0.2;   ///< deviation of Gaussian noise on the inputs.
    double attack = 0.1;  ///< ε of FGSM.
    Index training = 2000;
    Index test = 2000;
};

constexpr Index layers = 16;
constexpr double step = 0.25;

Recipe recipe_of(const std::string& set, bool quick) {
    Recipe recipe;
    if (set == "mnist") {
        recipe = {.units = 32,
                  .epochs = 9,
                  .rate = 0.004,
                  .noise = 0.5,
                  .attack = 0.05,
                  .training = 10000,
                  .test = 2000};
    }
    if (quick) {
        recipe.epochs = 6;
        recipe.training = 300;
        recipe.test = 200;
    }
    return recipe;
}

/// Of a task: shared by its arms, which are compared seed by seed, and by no other task.
std::uint64_t seed_of(const std::string& set, Index number) {
    return std::stoull(sha256(fmt::format("smooth_layers {} {}", set, number)).substr(0, 8),
                       nullptr, 16);
}

/// Neighbours merged: so many layers' means as one layer of as many steps.
ResidualNetwork merged(const ResidualNetwork& network, Index factor) {
    ResidualNetwork coarse = network;
    coarse.step *= static_cast<double>(factor);
    coarse.depth /= factor;
    if (network.has_shared_weights()) {
        return coarse;
    }
    coarse.blocks.clear();
    for (Index n = 0; n < network.depth; n += factor) {
        ResidualBlock block = network.block(n);
        for (Index k = 1; k < factor; ++k) {
            block.W += network.block(n + k).W;
            block.b += network.block(n + k).b;
        }
        block.W /= static_cast<double>(factor);
        block.b /= static_cast<double>(factor);
        coarse.blocks.push_back(std::move(block));
    }
    return coarse;
}

double accuracy_of(const ResidualNetwork& network, const Dataset& data) {
    return evaluate<double>(shape_of(network), flatten(network), data, 1).accuracy;
}

using Row = std::vector<CsvTable::Cell>;

Row trained_row(const std::string& set, Index number, const Arm& arm, const Dataset& training,
                const Dataset& test, const Recipe& recipe) {
    const std::uint64_t seed = seed_of(set, number);
    const auto coarsest = static_cast<double>(Index{1} << arm.doublings);
    const NetworkShape shape{.activation = Activation::Tanh,
                             .step = step * coarsest,
                             .depth = layers / (Index{1} << arm.doublings),
                             .width = recipe.units,
                             .shared_weights = arm.shared,
                             .input_width = training.width(),
                             .classes = training.classes};
    const TrainResult result =
        train(shape, {training, nullptr, &test},
              {.epochs = recipe.epochs,
               .batch = std::min<Index>(128, training.size()),
               .rate = {.rate = recipe.rate, .schedule = RateSchedule::Cosine},
               .regularizer = {.smoothness = arm.smoothness},
               .equal_layers = arm.equal,
               .growth = {.doublings = arm.doublings},
               .seed = seed,
               .threads = 1});
    if (result.outcome != TrainOutcome::Finished) {
        throw std::runtime_error(
            fmt::format("{}, seed {}, {}: {}", set, number, arm.name, result.reason));
    }
    const auto& network = std::get<ResidualNetwork>(result.network);
    const DiscretisationStudy ode = study_discretisation(
        network, &test, {.samples = 500, .halvings = 2, .seed = seed, .threads = 1});
    if (!ode.split.closes()) {
        throw std::runtime_error(fmt::format("{}, seed {}, {}: the parts of a step do not add up",
                                             set, number, arm.name));
    }
    const auto criterion = [&](const std::string& name) {
        for (const FlowCriterion& one : ode.fidelity.criteria) {
            if (one.name == name) {
                return one.value;
            }
        }
        return std::nan("");
    };
    const InputRange range = range_of(test.inputs, test.image_rows);
    const double clean = accuracy_of(network, test);
    const double noisy =
        robustness(
            result.network, test.inputs, test.labels,
            {.levels = {recipe.noise}, .draws = 3, .seed = seed, .range = range, .threads = 1})
            .points.front()
            .accuracy.mean;
    const double attacked = attack(result.network, test.inputs, test.labels,
                                   {.levels = {recipe.attack}, .range = range, .threads = 1})
                                .points.front()
                                .accuracy.mean;
    return {set,
            number,
            fmt::format("{}", seed),
            arm.name,
            result.record.back().train_accuracy,
            clean,
            noisy,
            attacked,
            accuracy_of(merged(network, 2), test) - clean,
            accuracy_of(merged(network, 4), test) - clean,
            criterion("relative_distance"),
            criterion("agreement"),
            ode.split.share.mean,
            ode.split.weight_variation,
            ode.split.field_variation,
            criterion("first_ratio"),
            ode.fidelity.flow_accuracy ? ode.fidelity.flow_accuracy->value : std::nan(""),
            std::string(to_string(ode.fidelity.verdict))};
}

void do_task(const Options& options, const std::string& set, Index number, const fs::path& file) {
    const Recipe recipe = recipe_of(set, options.quick);
    const std::uint64_t seed = seed_of(set, number);
    const std::string source = set == "mnist" ? options.mnist : set;
    const LoadedDataset training = load_dataset(source, {.samples = recipe.training, .seed = seed});
    const LoadedDataset test = load_dataset(source, {.part = DataPart::Test,
                                                     .samples = recipe.test,
                                                     .seed = seed,
                                                     .trained_on = trained_on(training.data)});
    CsvTable table(columns());
    for (const Arm& arm : arms()) {
        table.add(trained_row(set, number, arm, training.data, test.data, recipe));
    }
    write_file_atomically(file, table.text());
    std::cout << fmt::format("{}\n", file.string()) << std::flush;
}

void run_tasks(const Options& options) {
    const auto begin = std::chrono::steady_clock::now();
    // Seed by seed over all sets: what is there at any time is balanced.
    for (Index number = 0; number < options.seeds; ++number) {
        for (const std::string& set : options.sets) {
            const fs::path file = file_of(options, set, number);
            const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - begin;
            if (!fs::exists(file) && gone.count() < options.seconds) {
                do_task(options, set, number, file);
            }
        }
    }
}

std::vector<std::string> listed(const std::string& text) {
    std::vector<std::string> items = {""};
    for (const char c : text) {
        if (c == ',') {
            items.emplace_back();
        } else {
            items.back() += c;
        }
    }
    return items;
}

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        const auto value = [&] {
            if (i + 1 >= argc) {
                reject_argument(name, "a value", "none");
            }
            return std::string(argv[++i]);
        };
        if (name == "--out") {
            options.out = value();
        } else if (name == "--data") {
            options.mnist = value();
        } else if (name == "--sets") {
            options.sets = listed(value());
        } else if (name == "--seeds") {
            options.seeds = std::stol(value());
        } else if (name == "--seconds") {
            options.seconds = std::stod(value());
        } else if (name == "--quick") {
            options.quick = true;
        } else if (name == "--tables") {
            options.tables = true;
        } else {
            reject_argument(name, "--out, --data, --sets, --seeds, --seconds, --quick or --tables",
                            "another option");
        }
    }
    if (options.out.empty()) {
        reject_argument("--out", "a folder", "none");
    }
    for (const std::string& set : options.sets) {
        if (set == "mnist" && options.mnist.empty() && !options.tables) {
            reject_argument("--data", "the folder of MNIST for the set mnist", "none");
        }
    }
    return options;
}

}  // namespace

}  // namespace resdyn::smooth_layers

int main(int argc, char** argv) {
    using namespace resdyn::smooth_layers;
    try {
        const Options options = parse(argc, argv);
        if (!options.tables) {
            run_tasks(options);
            return 0;
        }
        print_tables(options);
    } catch (const std::invalid_argument& error) {
        std::cerr << "smooth_layers: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "smooth_layers: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
