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
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/formats/csv.hpp>
#include <resdyn/formats/input_file.hpp>
#include <resdyn/formats/output_folder.hpp>
#include <resdyn/formats/sha256.hpp>
#include <resdyn/learning/evaluation.hpp>
#include <resdyn/learning/trainer.hpp>
#include <resdyn/noise/adversary.hpp>
#include <resdyn/noise/robustness.hpp>
#include <resdyn/statistics/meta_analysis.hpp>
#include <resdyn/statistics/sequential_test.hpp>
#include <resdyn/studies/discretisation_study.hpp>

using namespace resdyn;

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string out;
    std::string mnist;
    std::vector<std::string> sets{"rings", "moons", "spirals", "xor"};
    Index seeds = 8;
    double seconds = 1e9;
    bool quick = false;
    bool tables = false;
};

/// A way of training. All end with as many layers of the same step.
struct Arm {
    std::string name;
    bool shared = false;
    bool equal = false;
    double smoothness = 0.0;
    Index doublings = 0;
};

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

/// A number of every trained network, and the smallest difference of it that matters: fixed before
/// any run.
struct Measure {
    std::string name;
    std::string title;
    double margin;
};

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
            const fs::path file = fs::path(options.out) / fmt::format("{}-{}.csv", set, number);
            const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - begin;
            if (!fs::exists(file) && gone.count() < options.seconds) {
                do_task(options, set, number, file);
            }
        }
    }
}

// ---- tables ---------------------------------------------------------------------------------

/// Values by set, arm and measure, a number a seed.
struct Rows {
    std::vector<std::string> sets;  ///< in the order in which they are met.
    std::map<std::string, std::map<std::string, std::map<std::string, std::vector<double>>>> values;
    std::map<std::string, std::map<std::string, std::map<std::string, Index>>> verdicts;
};

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells = {""};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    return cells;
}

/// All files of the folder in one table, the sets in this order and the seeds by number.
std::string collected(const Options& options, Rows& rows) {
    std::string text;
    std::vector<std::string> sets = options.sets;
    for (const std::string& set : sets) {
        for (Index number = 0; number < options.seeds; ++number) {
            const fs::path file = fs::path(options.out) / fmt::format("{}-{}.csv", set, number);
            if (!fs::exists(file)) {
                continue;
            }
            const std::string bytes = read_file(file);
            const std::size_t head = bytes.find('\n') + 1;
            text += text.empty() ? bytes : bytes.substr(head);
            for (std::size_t at = head; at < bytes.size();) {
                const std::size_t end = bytes.find('\n', at);
                const std::vector<std::string> cells = cells_of(bytes.substr(at, end - at));
                at = end + 1;
                auto& of_arm = rows.values[set][cells.at(3)];
                for (std::size_t k = 4; k + 1 < cells.size(); ++k) {
                    of_arm[columns()[k]].push_back(cells[k].empty() ? std::nan("")
                                                                    : std::stod(cells[k]));
                }
                ++rows.verdicts[set][cells.at(3)][cells.back()];
            }
        }
        if (rows.values.contains(set)) {
            rows.sets.push_back(set);
        }
    }
    return text;
}

std::string mean_and_error(const std::vector<double>& values) {
    const auto k = static_cast<double>(values.size());
    double sum = 0.0;
    for (const double value : values) {
        sum += value;
    }
    double squares = 0.0;
    for (const double value : values) {
        squares += (value - sum / k) * (value - sum / k);
    }
    return fmt::format("{:.3f} ± {:.3f}", sum / k, std::sqrt(squares / (k * (k - 1))));
}

void print_means(const Rows& rows) {
    for (const std::string& set : rows.sets) {
        std::cout << fmt::format("\n### {} ({} seeds)\n\n| training |", set,
                                 rows.values.at(set).at("plain").at("test_accuracy").size());
        for (const Measure& measure : measures()) {
            std::cout << fmt::format(" {} |", measure.title);
        }
        std::cout << " verdicts |\n|---|";
        for (std::size_t k = 0; k <= measures().size(); ++k) {
            std::cout << "---|";
        }
        std::cout << "\n";
        for (const Arm& arm : arms()) {
            std::cout << fmt::format("| {} |", arm.name);
            for (const Measure& measure : measures()) {
                std::cout << fmt::format(
                    " {} |", mean_and_error(rows.values.at(set).at(arm.name).at(measure.name)));
            }
            std::string verdicts;
            for (const auto& [verdict, count] : rows.verdicts.at(set).at(arm.name)) {
                verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", count, verdict);
            }
            std::cout << fmt::format(" {} |\n", verdicts);
        }
    }
}

/// The arm less plain, seed by seed.
std::vector<double> effects(const Rows& rows, const std::string& set, const std::string& arm,
                            const std::string& measure) {
    std::vector<double> difference = rows.values.at(set).at(arm).at(measure);
    const std::vector<double>& plain = rows.values.at(set).at("plain").at(measure);
    for (std::size_t k = 0; k < difference.size(); ++k) {
        difference[k] -= plain[k];
    }
    return difference;
}

/// "higher", "lower", "negligible", "undecided (13)", with the seeds that it took or would take.
std::string decision(const std::vector<double>& differences, double margin) {
    const std::vector<std::optional<double>> by_seed(differences.begin(), differences.end());
    const SequentialResult result = sequential_test(by_seed, {.margin = margin});
    switch (result.verdict) {
        case EffectVerdict::Holds:
            return fmt::format("higher ({})", result.looks.back().seeds);
        case EffectVerdict::Fails:
            return fmt::format("lower ({})", result.looks.back().seeds);
        case EffectVerdict::Negligible:
            return fmt::format("negligible ({})", result.looks.back().seeds);
        case EffectVerdict::Undecided:
            return result.would_settle ? fmt::format("undecided (needs {})", *result.would_settle)
                                       : "undecided";
    }
    return "?";
}

EffectEstimate estimate_of(const std::vector<double>& differences, const std::string& set) {
    const auto k = static_cast<double>(differences.size());
    double sum = 0.0;
    for (const double value : differences) {
        sum += value;
    }
    double squares = 0.0;
    for (const double value : differences) {
        squares += (value - sum / k) * (value - sum / k);
    }
    // No spread at all is no certainty: the resolution of an accuracy on 2,000 samples.
    constexpr double least = 1e-4 * 1e-4;
    return {sum / k, std::max(squares / (k * (k - 1)), least), set};
}

void print_effects(const Rows& rows) {
    for (const Measure& measure : measures()) {
        std::cout << fmt::format("\n### {}: less plain, smallest that matters {}\n\n| training |",
                                 measure.title, measure.margin);
        for (const std::string& set : rows.sets) {
            std::cout << fmt::format(" {} |", set);
        }
        std::cout << " pooled (95 %) | a new set (95 %) | I² |\n|---|";
        for (std::size_t k = 0; k < rows.sets.size() + 3; ++k) {
            std::cout << "---|";
        }
        std::cout << "\n";
        for (const Arm& arm : arms()) {
            if (arm.name == "plain") {
                continue;
            }
            std::cout << fmt::format("| {} |", arm.name);
            std::vector<EffectEstimate> estimates;
            for (const std::string& set : rows.sets) {
                const std::vector<double> differences = effects(rows, set, arm.name, measure.name);
                estimates.push_back(estimate_of(differences, set));
                std::cout << fmt::format(" {:+.3f}: {} |", estimates.back().effect,
                                         decision(differences, measure.margin));
            }
            constexpr std::size_t fewest_to_pool = 5;
            if (estimates.size() < fewest_to_pool) {
                std::cout << " fewer than 5 settings | | |\n";
                continue;
            }
            const PooledEffect pooled = pool(estimates);
            std::cout << fmt::format(
                " {:+.3f} ({:+.3f} to {:+.3f}) | {:+.3f} to {:+.3f} | {:.2f} |\n", pooled.mean,
                pooled.low, pooled.high, pooled.prediction_low, pooled.prediction_high,
                pooled.i_squared);
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

int main(int argc, char** argv) {
    try {
        const Options options = parse(argc, argv);
        if (!options.tables) {
            run_tasks(options);
            return 0;
        }
        Rows rows;
        const std::string all = collected(options, rows);
        write_file_atomically(fs::path(options.out) / "smooth_layers.csv", all);
        print_means(rows);
        print_effects(rows);
    } catch (const std::invalid_argument& error) {
        std::cerr << "smooth_layers: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "smooth_layers: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
