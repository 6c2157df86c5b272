#include "training_option_rows.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace resdyn {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr OptionRange positive = {0.0, infinity, true, false};
constexpr OptionRange not_negative = {0.0, infinity, false, false};
constexpr OptionRange share = {0.0, 1.0, false, false};
constexpr OptionRange below_one = {0.0, 1.0, false, true};
constexpr OptionRange above_one = {1.0, infinity, true, false};
constexpr OptionRange from_zero = {0.0, infinity, false, false};
constexpr OptionRange from_one = {1.0, infinity, false, false};

/// A field of an enumeration and its values.
template <auto field, auto... values>
OptionChoice choice() {
    return {{to_string(values)...},
            [](TrainOptions& options) {
                constexpr std::array all = {values...};
                return static_cast<std::size_t>(std::find(all.begin(), all.end(), field(options)) -
                                                all.begin());
            },
            [](TrainOptions& options, std::size_t index) {
                constexpr std::array all = {values...};
                field(options) = all.at(index);
            }};
}

// How a row names its field; `path` begins at TrainOptions.
#define RESDYN_WHOLE(path) ([](TrainOptions& o) -> Index& { return o.path; })
#define RESDYN_NUMBER(path) ([](TrainOptions& o) -> double& { return o.path; })
#define RESDYN_FLAG(path) ([](TrainOptions& o) -> bool& { return o.path; })
#define RESDYN_CHOICE(path, ...) \
    (choice<[](TrainOptions & o) -> auto& { return o.path; }, __VA_ARGS__>())

bool adapts(const TrainOptions& o) {
    return o.depth_rule.enabled;
}

bool doubles(const TrainOptions& o) {
    return o.growth.enabled();
}

}  // namespace

std::vector<TrainingOption> training_option_rows() {
    using enum OptionDefault;
    return {
        {.name = "epochs",
         .group = "Training",
         .field = RESDYN_WHOLE(epochs),
         .range = from_zero,
         .help = "Passes over the data (default: 5, built-in sets 300)",
         .told = "/training/epochs",
         .told_by_result = true,
         .usual = FromData},
        {.name = "batch",
         .group = "Training",
         .field = RESDYN_WHOLE(batch),
         .range = from_one,
         .help = "Samples a step (default: 128, or all if fewer)",
         .told = "/training/batch",
         .usual = FromData},
        {.name = "optimizer",
         .group = "Training",
         .field = RESDYN_CHOICE(optimizer.method, OptimizerMethod::Adam, OptimizerMethod::Sgd),
         .help = "adam or sgd",
         .told = "/training/optimizer"},
        {.name = "learning_rate",
         .group = "Training",
         .field = RESDYN_NUMBER(rate.rate),
         .range = positive,
         .help = "Learning rate, > 0 (default: adam 0.002, on built-in sets 0.03; sgd 0.1)",
         .told = "/training/learning_rate",
         .usual = FromData},
        {.name = "momentum",
         .group = "Training",
         .field = RESDYN_NUMBER(optimizer.momentum),
         .range = below_one,
         .help = "Of sgd, 0 to below 1",
         .told = "/training/momentum",
         .applies =
             [](const TrainOptions& o) { return o.optimizer.method == OptimizerMethod::Sgd; }},
        {.name = "schedule",
         .group = "Training",
         .field = RESDYN_CHOICE(rate.schedule, RateSchedule::Constant, RateSchedule::Step,
                                RateSchedule::Cosine),
         .help = "Learning rate: constant, step or cosine",
         .told = "/training/schedule"},
        {.name = "step_epochs",
         .group = "Training",
         .field = RESDYN_WHOLE(rate.step_epochs),
         .range = from_one,
         .help = "Schedule step: every so many epochs …",
         .told = "/training/step_epochs",
         .applies = [](const TrainOptions& o) { return o.rate.schedule == RateSchedule::Step; }},
        {.name = "step_factor",
         .group = "Training",
         .field = RESDYN_NUMBER(rate.step_factor),
         .range = {0.0, 1.0, true, false},
         .help = "… the rate is multiplied by this",
         .told = "/training/step_factor",
         .applies = [](const TrainOptions& o) { return o.rate.schedule == RateSchedule::Step; }},
        {.name = "weight_decay",
         .group = "Regularisers",
         .field = RESDYN_NUMBER(regularizer.weight_decay),
         .range = not_negative,
         .help = "All matrices shrink by this × learning rate a step",
         .told = "/training/weight_decay",
         .usual = Off},
        {.name = "structure",
         .group = "Regularisers",
         .field = RESDYN_CHOICE(regularizer.structure, WeightStructure::Free,
                                WeightStructure::Antisymmetric, WeightStructure::Symmetric),
         .help = "Of W: free, antisymmetric (W = K − Kᵀ − γI) or symmetric",
         .told = "/training/structure",
         .usual = Off},
        {.name = "damping",
         .group = "Regularisers",
         .field = RESDYN_NUMBER(regularizer.damping),
         .range = not_negative,
         .help = "γ of --structure antisymmetric",
         .told = "/training/damping",
         .usual = Off,
         .applies =
             [](const TrainOptions& o) {
                 return o.regularizer.structure == WeightStructure::Antisymmetric;
             }},
        {.name = "spectral_penalty",
         .group = "Regularisers",
         .field = RESDYN_NUMBER(regularizer.spectral_penalty),
         .range = not_negative,
         .help = "s of the penalty (s/2) ‖W‖₂² on the matrices of the blocks",
         .told = "/training/spectral_penalty",
         .usual = Off},
        {.name = "smoothness",
         .group = "Regularisers",
         .field = RESDYN_NUMBER(regularizer.smoothness),
         .range = not_negative,
         .help = "λ of the penalty λ L Σ ‖W_{n+1} − W_n‖² on the weights and biases of "
                 "neighbouring layers (own weights)",
         .told = "/training/smoothness",
         .usual = Off},
        {.name = "equal_layers",
         .group = "Training",
         .field = RESDYN_FLAG(equal_layers),
         .help = "Own weights begin equal in all layers: those drawn for the first",
         .told = "/training/equal_layers",
         .usual = Off},
        {.name = "doublings",
         .group = "Depth",
         .field = RESDYN_WHOLE(growth.doublings),
         .range = {0.0, 10.0, false, false},
         .help = "Double the layers so often in the course of training, at half the step: mean "
                 "layers are put between (multilevel training)",
         .told = "/training/doublings",
         .usual = Off},
        {.name = "doubling_every",
         .group = "Depth",
         .field = RESDYN_WHOLE(growth.every),
         .range = from_zero,
         .help = "Epochs between doublings (0: the run is cut into equal parts)",
         .told = "/training/doubling_every",
         .applies = doubles},
        {.name = "settling_penalty",
         .group = "Regularisers",
         .field = RESDYN_NUMBER(settling.weight),
         .range = not_negative,
         .help = "λ of the penalty λ ‖y_{L−1} − y_{L−2}‖² on residuals that still move at the end: "
                 "networks that come to rest",
         .told = "/training/settling_penalty",
         .usual = Off},
        {.name = "settling_layers",
         .group = "Regularisers",
         .field = RESDYN_WHOLE(settling.layers),
         .range = from_one,
         .help = "… mean over so many of the last layers, below --depth",
         .told = "/training/settling_layers",
         .usual = Off,
         .applies = [](const TrainOptions& o) { return o.settling.weight > 0; }},
        {.name = "clip",
         .group = "Training",
         .field = RESDYN_NUMBER(clip),
         .range = not_negative,
         .help = "Largest 2-norm of a gradient that is stepped along (0: no clipping)",
         .told = "/training/clip",
         .usual = Off},
        {.name = "patience",
         .group = "Training",
         .field = RESDYN_WHOLE(patience),
         .range = from_zero,
         .help = "Stop after so many epochs without a smaller held-out loss and keep the best "
                 "network (0: never)",
         .told = "/training/patience",
         .usual = Off},
        {.name = "adapt_depth",
         .group = "Depth",
         .field = RESDYN_FLAG(depth_rule.enabled),
         .help = "Drop the last layer while the residuals of the last two differ by less than a "
                 "tolerance, on the train sample, as far as the held-out accuracy bears it; undo "
                 "what it has not recovered from",
         .told = "/depth_history",
         .told_by_result = true,
         .usual = Off},
        {.name = "depth_norm",
         .group = "Depth",
         .field = RESDYN_CHOICE(depth_rule.norm, ChangeNorm::Two, ChangeNorm::Rms, ChangeNorm::Inf),
         .help = "Of that difference: 2, rms (2 over the root of the number of units) or inf",
         .told = "/depth_history/norm",
         .applies = adapts},
        {.name = "depth_reduction",
         .group = "Depth",
         .field = RESDYN_CHOICE(depth_rule.reduction, SampleReduction::Mean, SampleReduction::Q95,
                                SampleReduction::Max),
         .help = "Of it over the samples: mean, q95 or max",
         .told = "/depth_history/reduction",
         .applies = adapts},
        {.name = "depth_tolerance",
         .group = "Depth",
         .field = RESDYN_NUMBER(depth_rule.tolerance),
         .range = positive,
         .help = "The tolerance, > 0",
         .told = "/depth_history/tolerance",
         .applies = adapts},
        {.name = "depth_patience",
         .group = "Depth",
         .field = RESDYN_WHOLE(depth_rule.patience),
         .range = from_one,
         .help = "Checks in a row below it before a cut, >= 1",
         .told = "/depth_history/patience",
         .applies = adapts},
        {.name = "depth_every",
         .group = "Depth",
         .field = RESDYN_WHOLE(depth_rule.every),
         .range = from_one,
         .help = "Epochs between checks, >= 1 (default: 1, built-in sets 10)",
         .told = "/depth_history/every",
         .usual = FromData,
         .applies = adapts},
        {.name = "min_depth",
         .group = "Depth",
         .field = RESDYN_WHOLE(depth_rule.min_depth),
         .range = from_zero,
         .help = "Never fewer layers (default, and 0: 2, or 1 where --depth is 1)",
         .told = "/depth_history/min_depth",
         .usual = FromData,
         .applies = adapts},
        {.name = "depth_stride",
         .group = "Depth",
         .field = RESDYN_WHOLE(depth_rule.stride),
         .range = from_zero,
         .help = "Most layers that one cut takes (0: no limit)",
         .told = "/depth_history/stride",
         .applies = adapts},
        {.name = "depth_rise",
         .group = "Depth",
         .field = RESDYN_NUMBER(depth_rule.rise),
         .range = share,
         .help = "No cut while the held-out accuracy rises by more from check to check",
         .told = "/depth_history/rise",
         .applies = adapts},
        {.name = "cut_cost",
         .group = "Depth",
         .field = RESDYN_NUMBER(depth_rule.cut_cost),
         .range = share,
         .help = "A cut goes no further than where the read-out there, by the same weights, has "
                 "lost more of the held-out accuracy (1: no limit)",
         .told = "/depth_history/cut_cost",
         .applies = adapts},
        {.name = "depth_recovery",
         .group = "Depth",
         .field = RESDYN_WHOLE(depth_rule.recovery),
         .range = from_one,
         .help = "Epochs of training after a change before it is judged, at the next check",
         .told = "/depth_history/recovery",
         .applies = adapts},
        {.name = "accuracy_allowance",
         .group = "Depth",
         .field = RESDYN_NUMBER(depth_rule.allowance),
         .range = share,
         .help = "A change that leaves the held-out accuracy more than this below its best is "
                 "undone when it is judged",
         .told = "/depth_history/allowance",
         .applies = adapts},
        {.name = "accuracy_guard",
         .group = "Depth",
         .field = RESDYN_FLAG(depth_rule.guard),
         .help = "Never wait, try or undo; no held-out samples needed",
         .told = "/depth_history/guard",
         .usual = Off,
         .applies = adapts},
        {.name = "max_depth",
         .group = "Depth",
         .field = RESDYN_WHOLE(depth_rule.max_depth),
         .range = from_zero,
         .help = "Grow by a layer, up to so many, while the difference is above --grow-factor "
                 "times the tolerance (0: never)",
         .told = "/depth_history/max_depth",
         .usual = Off,
         .applies = adapts},
        {.name = "grow_factor",
         .group = "Depth",
         .field = RESDYN_NUMBER(depth_rule.grow_factor),
         .range = above_one,
         .help = "Of --max-depth, > 1",
         .told = "/depth_history/grow_factor",
         .applies = [](const TrainOptions& o) { return adapts(o) && o.depth_rule.max_depth > 0; }},
        {.name = "depth_keep_time",
         .group = "Depth",
         .field = RESDYN_FLAG(depth_rule.keep_time),
         .help = "Keep the total time hL: a cut makes the layers that stay larger steps, and is "
                 "tried so, instead of dropping the last ones",
         .told = "/depth_history/keep_time",
         .usual = Off,
         .applies = adapts},
        {.name = "dtype",
         .group = "Training",
         .field = RESDYN_CHOICE(precision, Precision::Float32, Precision::Float64),
         .help = "Numbers to train in: float32 or float64",
         .told = "/training/dtype"},
        {.name = "checkpoint_every",
         .group = "Run",
         .field = RESDYN_WHOLE(checkpoint_every),
         .range = from_zero,
         .help = "Save the whole state every so many epochs (0: only at Ctrl-C; default: 1, "
                 "built-in sets 50)",
         .usual = FromData,
         .shapes_result = false},
        {.name = "beta1",
         .group = {},
         .field = RESDYN_NUMBER(optimizer.beta1),
         .range = below_one,
         .applies =
             [](const TrainOptions& o) { return o.optimizer.method == OptimizerMethod::Adam; }},
        {.name = "beta2",
         .group = {},
         .field = RESDYN_NUMBER(optimizer.beta2),
         .range = below_one,
         .applies =
             [](const TrainOptions& o) { return o.optimizer.method == OptimizerMethod::Adam; }},
        {.name = "epsilon",
         .group = {},
         .field = RESDYN_NUMBER(optimizer.epsilon),
         .range = positive,
         .applies =
             [](const TrainOptions& o) { return o.optimizer.method == OptimizerMethod::Adam; }},
        {.name = "train_sample",
         .group = {},
         .field = RESDYN_WHOLE(train_sample),
         .range = from_one},
        {.name = "divergence_factor",
         .group = {},
         .field = RESDYN_NUMBER(divergence_factor),
         .range = above_one},
    };
}

#undef RESDYN_WHOLE
#undef RESDYN_NUMBER
#undef RESDYN_FLAG
#undef RESDYN_CHOICE

}  // namespace resdyn
