// Starts followed to rest, those of data with their classes, or random ones; and roots from seeds.
#include <map>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/settling/seeds.hpp>

#include "equilibria_parts.hpp"
#include "model/weights_hash.hpp"
#include "settling/root_search_farm.hpp"
#include "settling/settle_farm.hpp"

namespace resdyn {

namespace {

constexpr Index margins_up_to = 128;     // units: a margin takes the inverse of a free block
constexpr Index usual_starts = 256;      // and seeds
constexpr double seed_half_width = 4.0;  // of u, for unbounded activations

/// A second round: starts around every equilibrium that the first one settled at or passed.
SettleResult round_about(const EquilibriaTask& task, const SettledAnswer& first) {
    std::map<Pattern, const Equilibrium*> known;
    for (const SettledGroup& group : first.result.groups) {
        known[group.equilibrium.pattern] = &group.equilibrium;
    }
    for (const SlowPassage& passage : first.result.passages) {
        known.emplace(passage.near.pattern, &passage.near);
    }
    const Index around = task.options.around;
    Matrix starts(task.system().dimension(), around * static_cast<Index>(known.size()));
    Index next = 0;
    for (const auto& [pattern, equilibrium] : known) {
        starts.middleCols(next * around, around) =
            seeds_around(task.system(), equilibrium->y, task.options.radius, around,
                         task.options.seed + static_cast<std::uint64_t>(next) + 1);
        ++next;
    }
    return settle(task.system(), starts, first.options);
}

/// Starts followed, on the study's farm where there is one: then nothing where it does not fold
/// all.
std::optional<SettleResult> settled(const EquilibriaTask& task, const Matrix& u0,
                                    const SettleOptions& options) {
    return task.options.farm != nullptr ? settle(task.system(), u0, options, *task.options.farm)
                                        : settle(task.system(), u0, options);
}

Contingency classes_of(const SettleResult& result, const Dataset& followed) {
    std::vector<std::vector<Index>> members;
    for (const SettledGroup& group : result.groups) {
        members.push_back(group.members);
    }
    return contingency(members, followed.labels, followed.classes);
}

}  // namespace

void add_settled(const EquilibriaTask& task) {
    const EquilibriaStudyOptions& options = task.options;
    SettledAnswer answer;
    answer.options = options.settle;
    answer.options.threads = options.threads;
    Dataset followed;
    Matrix u0;
    if (task.data != nullptr) {
        followed = task.data->draw(options.samples, options.seed);
        const Matrix x0 = initial_activity(task.network, followed.inputs.cast<double>());
        u0 = initial_preactivation(task.network, x0);
    } else {
        u0 = random_seeds(task.system(), task.starts(usual_starts), options.seed);
    }
    std::optional<SettleResult> result = settled(task, u0, answer.options);
    if (!result) {
        task.study.interrupted = !options.farm->progress().complete();
        return;
    }
    answer.result = std::move(*result);
    if (task.data != nullptr) {
        answer.data = followed.name;
        answer.samples = followed.source;
        if (followed.size() > 0) {
            answer.classes = classes_of(answer.result, followed);
        }
    }
    const std::vector<Equilibrium> found = answer.equilibria();
    if (task.system().dimension() <= margins_up_to) {
        add_margins(task, found, answer.verdicts);
    }
    if (options.certificate) {
        task.study.certificate = certify(task.system(), found);
    }
    if (options.around > 0) {
        task.study.interrupted = interrupt_requested();
        if (!task.study.interrupted) {
            answer.around = round_about(task, answer);
        }
    }
    task.study.settled = std::move(answer);
}

namespace {

/// Nothing where the study's farm does not do all of it.
std::optional<RootSearchResult> roots(const EquilibriaTask& task, const VectorField& field,
                                      const Box& box, const RootSearchOptions& options) {
    Farm* farm = task.options.farm;
    if (farm == nullptr) {
        return find_roots(field, box, options);
    }
    const ResidualSystem& system = task.system();
    RootSearchResult result =
        find_roots(field, box, options, *farm,
                   {.name = "newton",
                    .identity = {{"activation", std::string(to_string(system.activation()))},
                                 {"weights", weights_hash(system)}}});
    return task.does_shard() || !farm->progress().complete() ? std::nullopt
                                                             : std::optional(std::move(result));
}

}  // namespace

void add_roots(const EquilibriaTask& task) {
    const ResidualSystem& system = task.system();
    const Index n = system.dimension();
    const bool bounded = is_bounded(system.activation());
    RootAnswer answer{.variable = bounded ? "y" : "u"};
    RootSearchOptions options{.starts = task.starts(usual_starts),
                              .seed = task.options.seed,
                              .threads = task.options.threads};
    std::optional<RootSearchResult> result;
    if (bounded) {
        // In y the cube holds every equilibrium; roots of the polynomial field outside it are none.
        const Levels range = levels(system.activation());
        options.outlier_factor = 1.0 + options.merge_tol;
        options.bounds = [&system](const Vector& y) { return residual_flow_bounds(system, y); };
        result = roots(task, ResidualFlow(system),
                       {Vector::Constant(n, range.low), Vector::Constant(n, range.high)}, options);
    } else {
        result = roots(
            task, PreactivationFlow(system),
            {Vector::Constant(n, -seed_half_width), Vector::Constant(n, seed_half_width)}, options);
    }
    if (!result) {
        task.study.interrupted = !task.options.farm->progress().complete();
        return;
    }
    answer.result = std::move(*result);
    if (!bounded) {
        task.study.interrupted = interrupt_requested();
        if (n <= cones_up_to && !task.study.interrupted) {
            answer.cones = equilibrium_cones(system, cones_up_to, options.threads);
        }
    }
    options.bounds = {};  // it speaks of this call
    answer.options = std::move(options);
    task.study.roots = std::move(answer);
}

}  // namespace resdyn
