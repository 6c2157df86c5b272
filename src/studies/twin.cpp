#include <resdyn/studies/twin.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/learning/gradient.hpp>
#include <resdyn/work/farm.hpp>

#include "model/weights_hash.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

namespace {

void validate(const TwinOptions& options) {
    require_at_least("seeds", options.seeds, 2);
    require_at_least("epochs", options.epochs, 1);
    require_at_least("draws", options.draws, 1);
    require_at_least("units", options.width, 0);
    if (options.levels.empty()) {
        reject_argument("noise levels", "at least one", "none");
    }
    for (const double level : options.levels) {
        validate_level(options.kind, level);
    }
}

NetworkShape shape_for(TwinKind kind, const Dataset& data, const TwinOptions& options) {
    const bool residual = kind != TwinKind::Perceptron;
    const Index width = options.width > 0 ? options.width : data.width();
    return {.kind = residual ? NetworkKind::Residual : NetworkKind::Perceptron,
            .activation = options.activation,
            .step = residual ? options.step : 1.0,
            .depth = options.depth,
            .width = width,
            .shared_weights = kind == TwinKind::SharedResidual,
            .input_width = width == data.width() ? 0 : data.width(),
            .classes = data.classes};
}

void check(const Dataset& training, const Dataset& test, const TwinOptions& options) {
    validate(options);
    for (const TwinKind kind : twin_kinds) {
        const NetworkShape shape = shape_for(kind, training, options);
        validate(shape);
        check_fits(shape, training);
        check_fits(shape, test);
    }
}

/// All that a seed's bytes depend on.
Job job_of(const Dataset& training, const Dataset& test, const TwinOptions& options) {
    const auto data = [](const Dataset& one) {
        return numbers_hash(one.inputs) + numbers_hash(one.labels);
    };
    const LinearNoiseOptions& linear = options.linear;
    return {.name = "twin",
            .identity = {{"activation", std::string(to_string(options.activation))},
                         {"bytes of a task", "twin 1"},
                         {"data", data(training) + data(test)},
                         {"levels", fmt::format("{}", fmt::join(options.levels, " "))},
                         {"linear theory", fmt::format("{} {} {} {}", linear.sample, linear.draws,
                                                       linear.deviation, linear.singular_values)},
                         {"networks", fmt::format("L = {}, N = {}, h = {}", options.depth,
                                                  options.width, options.step)},
                         {"noise", fmt::format("{}, {} draws",
                                               options.attack ? to_string(*options.attack)
                                                              : to_string(options.kind),
                                               options.draws)},
                         {"seed", fmt::format("{}", options.seed)},
                         {"training",
                          fmt::format("{} epochs, batch {}, rate {}, decay {}", options.epochs,
                                      options.batch, options.rate, options.weight_decay)}},
            .tasks = options.seeds,
            .tasks_per_round = 1};
}

/// A training with the network of every epoch.
struct Trained {
    NetworkShape shape;
    std::vector<EpochRecord> record;
    std::map<Index, Vector> parameters;  ///< by epoch.

    Index last() const { return record.back().epoch; }
    double clean(Index epoch) const {
        return record[static_cast<std::size_t>(epoch)].test_accuracy;
    }
    /// The epoch >= 1 whose test accuracy is closest to the target, the first of several.
    Index closest(double target) const {
        Index best = 1;
        for (Index epoch = 2; epoch <= last(); ++epoch) {
            if (std::abs(clean(epoch) - target) < std::abs(clean(best) - target)) {
                best = epoch;
            }
        }
        return best;
    }
};

/// Nothing after an interrupt.
std::optional<Trained> train_one(TwinKind kind, std::uint64_t seed, const Dataset& training,
                                 const Dataset& test, const TwinOptions& options) {
    Trained trained{shape_for(kind, training, options), {}, {}};
    TrainOptions train_with;
    train_with.epochs = options.epochs;
    train_with.batch = std::min(options.batch, training.size());
    train_with.rate = {.rate = options.rate, .schedule = RateSchedule::Constant};
    train_with.regularizer.weight_decay = options.weight_decay;
    train_with.seed = seed;
    train_with.threads = options.threads;
    train_with.checkpoint_every = 1;
    train_with.on_checkpoint = [&](const Checkpoint& state) {
        trained.parameters[state.epoch] = state.parameters;
    };
    train_with.stop_requested = interrupt_requested;
    const TrainResult result =
        train(trained.shape, {.training = training, .test = &test}, train_with);
    if (result.outcome == TrainOutcome::Interrupted) {
        return std::nullopt;
    }
    if (result.outcome != TrainOutcome::Finished) {
        throw std::runtime_error(
            fmt::format("twin: expected every training to finish, got {} of {} "
                        "with seed {}: {}",
                        to_string(result.outcome), to_string(kind), seed, result.reason));
    }
    trained.record = result.record;
    trained.parameters[options.epochs] = flatten(result.network);
    return trained;
}

RobustnessCurve perturbed(const Network& network, std::uint64_t seed, const Dataset& test,
                          const TwinOptions& options) {
    const InputRange range = range_of(test.inputs, test.image_rows, test.image_cols);
    if (options.attack) {
        AttackOptions with;
        with.attack = *options.attack;
        with.levels = options.levels;
        with.seed = seed;
        with.range = range;
        with.threads = options.threads;
        return attack(network, test.inputs, test.labels, with);
    }
    RobustnessOptions with;
    with.kind = options.kind;
    with.levels = options.levels;
    with.draws = options.draws;
    with.seed = seed;
    with.range = range;
    with.threads = options.threads;
    return robustness(network, test.inputs, test.labels, with);
}

TwinRun measure(TwinKind kind, std::uint64_t seed, const Trained& trained, Index epoch,
                const Dataset& test, const TwinOptions& options) {
    const Network network = unflatten(trained.shape, trained.parameters.at(epoch));
    TwinRun run;
    run.kind = kind;
    run.seed = seed;
    run.epoch = epoch;
    const DecisionReport decision = decisions(network, test.inputs, test.labels, options.threads);
    for (const Proportion& p : decision.accuracy) {
        run.by_layer.push_back(p.value);
    }
    run.clean = run.by_layer.back();
    for (const RobustnessPoint& point : perturbed(network, seed, test, options).points) {
        run.robust.push_back(point.accuracy.mean);
        run.zero_gradients = std::max(run.zero_gradients, point.zero_gradients.value_or(0));
    }
    LinearNoiseOptions linear = options.linear;
    linear.seed = seed;
    linear.threads = options.threads;
    const LinearNoiseReport theory = linear_noise(network, test.inputs, test.labels, linear);
    for (const MeanWithError& energy : theory.energy) {
        run.noise_gain.push_back(energy.mean / theory.energy.front().mean);
    }
    run.exponent = theory.exponent.back().mean;
    run.agreement = theory.agreement;
    const Eigen::VectorXf parameters = trained.parameters.at(epoch).cast<float>();
    run.settle = evaluate<float>(trained.shape, parameters, test, options.threads).settle.mean;
    return run;
}

/// Differences by seed of a quantity between two kinds.
template <class Value>
Vector differences(const std::vector<TwinRun>& runs, TwinKind first, TwinKind second, Value value) {
    std::map<std::uint64_t, double> by_seed;
    for (const TwinRun& run : runs) {
        if (run.kind == first) {
            by_seed[run.seed] += value(run);
        } else if (run.kind == second) {
            by_seed[run.seed] -= value(run);
        }
    }
    Vector result(static_cast<Index>(by_seed.size()));
    Index k = 0;
    for (const auto& [seed, difference] : by_seed) {
        result[k++] = difference;
    }
    return result;
}

void add_claims(TwinReport& report, const TwinOptions& options) {
    const auto middle = static_cast<std::size_t>(options.depth / 2);
    for (const TwinKind residual : {TwinKind::SharedResidual, TwinKind::OwnResidual}) {
        report.claims.push_back(paired_claim(
            fmt::format("equal budget: read-out of layer {} is better in {} than in the perceptron",
                        middle, to_string(residual)),
            differences(report.budget, residual, TwinKind::Perceptron,
                        [middle](const TwinRun& run) { return run.by_layer[middle]; })));
    }
    for (const auto& [name, runs] :
         {std::pair{"equal budget", &report.budget}, {"equal clean accuracy", &report.matched}}) {
        for (const TwinKind residual : {TwinKind::SharedResidual, TwinKind::OwnResidual}) {
            for (std::size_t k = 0; k < options.levels.size(); ++k) {
                if (options.levels[k] > 0) {
                    report.claims.push_back(paired_claim(
                        fmt::format("{}: at {} {:g} {} is more accurate than the perceptron", name,
                                    perturbation(options), options.levels[k], to_string(residual)),
                        differences(*runs, residual, TwinKind::Perceptron,
                                    [k](const TwinRun& run) { return run.robust[k]; })));
                }
            }
        }
    }
}

}  // namespace

TwinOptions usual_twins(bool builtin) {
    TwinOptions options;
    if (builtin) {
        options.epochs = 60;
        options.rate = 0.01;
    }
    return options;
}

bool choose_perturbation(std::string_view name, TwinOptions& options) {
    for (const Attack attack : {Attack::Fgsm, Attack::Pgd}) {
        if (name == to_string(attack)) {
            options.attack = attack;
            options.levels = {0.0, 0.02, 0.05, 0.1, 0.2};
            return true;
        }
    }
    const auto kind = noise_kind_from_name(name);
    if (kind) {
        options.attack.reset();
        options.kind = *kind;
        options.levels = TwinOptions().levels;
    }
    return kind.has_value();
}

std::string_view perturbation(const TwinOptions& options) {
    return options.attack ? to_string(*options.attack) : "noise";
}

std::string_view to_string(TwinKind kind) {
    switch (kind) {
        case TwinKind::SharedResidual:
            return "residual, shared";
        case TwinKind::OwnResidual:
            return "residual, own";
        case TwinKind::Perceptron:
            return "perceptron";
    }
    return "unknown";
}

std::string_view to_string(TwinVerdict verdict) {
    switch (verdict) {
        case TwinVerdict::Holds:
            return "holds";
        case TwinVerdict::Fails:
            return "fails";
        case TwinVerdict::Undecided:
            return "undecided";
    }
    return "unknown";
}

TwinClaim paired_claim(std::string text, const Vector& differences) {
    if (differences.size() < 2) {
        reject_argument("paired_claim", "at least 2 differences",
                        fmt::format("{}", differences.size()));
    }
    TwinClaim claim{std::move(text), mean_with_error(differences)};
    const MeanWithError& d = claim.difference;
    if (d.standard_error > 0) {
        claim.t = d.mean / d.standard_error;
        const boost::math::students_t student(static_cast<double>(differences.size() - 1));
        claim.p = 2.0 * boost::math::cdf(boost::math::complement(student, std::abs(claim.t)));
    } else if (d.mean != 0) {
        claim.t = std::copysign(std::numeric_limits<double>::infinity(), d.mean);
        claim.p = 0.0;
    }
    constexpr double significance = 0.05;
    claim.verdict = claim.p >= significance ? TwinVerdict::Undecided
                    : d.mean > 0            ? TwinVerdict::Holds
                                            : TwinVerdict::Fails;
    return claim;
}

std::vector<TwinMeans> means_over_seeds(const std::vector<TwinRun>& runs) {
    std::vector<TwinMeans> all;
    for (const TwinKind kind : twin_kinds) {
        const auto means = [&](std::vector<double> TwinRun::*which) {
            std::vector<MeanWithError> result;
            std::vector<double> values;
            do {
                values.clear();
                for (const TwinRun& run : runs) {
                    if (run.kind == kind && result.size() < (run.*which).size()) {
                        values.push_back((run.*which)[result.size()]);
                    }
                }
                if (!values.empty()) {
                    result.push_back(mean_with_error(Eigen::Map<const Vector>(
                        values.data(), static_cast<Index>(values.size()))));
                }
            } while (!values.empty());
            return result;
        };
        all.push_back({kind, means(&TwinRun::by_layer), means(&TwinRun::robust),
                       means(&TwinRun::noise_gain)});
    }
    return all;
}

std::optional<TwinSeed> twin_seed(const Dataset& training, const Dataset& test,
                                  const TwinOptions& options, Index k) {
    check(training, test, options);
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(k);
    double done = static_cast<double>(k) * 2.0 * twin_kinds.size();
    const double parts = static_cast<double>(options.seeds) * 2.0 * twin_kinds.size();
    const auto part = [&](const std::string& name) {
        if (options.on_part) {
            options.on_part(name, done / parts);
        }
        done += 1.0;
    };
    std::vector<Trained> trained;
    double target = 1.0;
    for (const TwinKind kind : twin_kinds) {
        part(fmt::format("seed {}: training {}", seed, to_string(kind)));
        std::optional<Trained> one = train_one(kind, seed, training, test, options);
        if (!one) {
            return std::nullopt;
        }
        trained.push_back(std::move(*one));
        target = std::min(target, trained.back().clean(trained.back().last()));
    }
    TwinSeed result;
    for (std::size_t i = 0; i < twin_kinds.size(); ++i) {
        part(fmt::format("seed {}: noise in {}", seed, to_string(twin_kinds[i])));
        const Index last = trained[i].last();
        const Index epoch = trained[i].closest(target);
        result.budget.push_back(measure(twin_kinds[i], seed, trained[i], last, test, options));
        result.matched.push_back(
            epoch == last ? result.budget.back()
                          : measure(twin_kinds[i], seed, trained[i], epoch, test, options));
    }
    return result;
}

TwinReport twin_report(std::vector<TwinSeed> seeds, const TwinOptions& options) {
    TwinReport report;
    for (TwinSeed& one : seeds) {
        double lowest = 1.0;
        double highest = 0.0;
        for (const TwinRun& run : one.matched) {
            lowest = std::min(lowest, run.clean);
            highest = std::max(highest, run.clean);
        }
        report.largest_gap = std::max(report.largest_gap, highest - lowest);
        std::move(one.budget.begin(), one.budget.end(), std::back_inserter(report.budget));
        std::move(one.matched.begin(), one.matched.end(), std::back_inserter(report.matched));
    }
    report.budget_means = means_over_seeds(report.budget);
    report.matched_means = means_over_seeds(report.matched);
    add_claims(report, options);
    return report;
}

TwinReport twin_experiment(const Dataset& training, const Dataset& test,
                           const TwinOptions& options) {
    check(training, test, options);
    std::vector<TwinSeed> seeds;
    if (options.farm == nullptr) {
        for (Index k = 0; k < options.seeds; ++k) {
            std::optional<TwinSeed> one = twin_seed(training, test, options, k);
            if (!one) {
                stop_if_interrupted("twin");
            }
            seeds.push_back(std::move(one.value()));
        }
        return twin_report(std::move(seeds), options);
    }
    FarmWork work{.threads = 1, .stop_requested = interrupt_requested};
    work.task = [&](Index k) -> std::optional<std::string> {
        const auto one = twin_seed(training, test, options, k);
        return one ? std::optional(task_bytes(*one)) : std::nullopt;
    };
    work.fold = [&](Index, std::string_view bytes) {
        seeds.push_back(task_result<TwinSeed>(bytes));
    };
    const bool complete = options.farm->run(job_of(training, test, options), work).complete();
    return complete && !options.farm->is_shard() ? twin_report(std::move(seeds), options)
                                                 : TwinReport{};
}

}  // namespace resdyn
