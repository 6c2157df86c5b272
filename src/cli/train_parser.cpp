// The options of `resdyn train`: names, ranges and help. What follows from them is in
// train_options.cpp.
#include "number_check.hpp"
#include "train_options.hpp"

namespace resdyn::cli {

namespace {

void add_data_options(App& verb, TrainVerbOptions& options) {
    verb.add_option("--data", options.data,
                    "rings, moons, spirals or xor; a folder with MNIST-like IDX files; an IDX "
                    "file of images (.gz too); a CSV file, label last")
        ->capture_default_str()
        ->group("Data");
    verb.add_option("--test-data", options.test_data,
                    "Data to test on (default: the t10k files of the folder, a second draw of a "
                    "built-in set, else none)")
        ->group("Data");
    verb.add_option("--held-out", options.held_out,
                    "Share of the training samples held out to judge by, 0 to below 1 (default: "
                    "0.1 where there is no test data or with --patience or --adapt-depth, else 0)")
        ->check(number_check("a share from 0 to below 1", [](double s) { return s >= 0 && s < 1; }))
        ->group("Data");
    verb.add_option("--samples", options.samples,
                    "Train on so many samples, drawn with each class in its share (0: all; "
                    "built-in sets 2000)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Data");
    add_data_format_options(verb, options.format, "Data");
}

void add_network_options(App& verb, TrainVerbOptions& options) {
    verb.add_option("--kind", options.kind,
                    "residual, x += h f(Wx + b), or perceptron, y = f(Wy + b)")
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--activation", options.activation, "logistic, tanh, softplus or relu")
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--depth", options.depth, "Layers L, >= 1")
        ->check(whole_from(1))
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--step", options.step, "Step h of x += h f(Wx + b), > 0")
        ->check(positive())
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--units", options.units,
                    "Units N; other than the width of the data, a linear input layer is trained "
                    "too (0: the width of the data)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Network");
    verb.add_option("--hidden-units", options.hidden_units,
                    "Residuals M of blocks with two matrices, x += h A f(Bx + b) (0: one matrix)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Network");
    verb.add_flag("--own-weights", options.own_weights,
                  "Every layer has its own weights (default: all share one)")
        ->group("Network");
}

void add_training_options(App& verb, TrainVerbOptions& options) {
    verb.add_option("--epochs", options.epochs,
                    "Passes over the data (default: 5, built-in sets 300)")
        ->check(whole_from(0))
        ->group("Training");
    verb.add_option("--batch", options.batch, "Samples a step (default: 128, or all if fewer)")
        ->check(whole_from(1))
        ->group("Training");
    verb.add_option("--optimizer", options.optimizer, "adam or sgd")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--learning-rate", options.learning_rate,
                    "Learning rate, > 0 (default: adam 0.002, on built-in sets 0.03; sgd 0.1)")
        ->check(positive())
        ->group("Training");
    verb.add_option("--momentum", options.momentum, "Of sgd, 0 to below 1")
        ->check(
            number_check("a number from 0 to below 1", [](double m) { return m >= 0 && m < 1; }))
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--schedule", options.schedule, "Learning rate: constant, step or cosine")
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--step-epochs", options.step_epochs, "Schedule step: every so many epochs …")
        ->check(whole_from(1))
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--step-factor", options.step_factor, "… the rate is multiplied by this")
        ->check(number_check("a number above 0, up to 1",
                             [](double factor) { return factor > 0 && factor <= 1; }))
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--clip", options.clip,
                    "Largest 2-norm of a gradient that is stepped along (0: no clipping)")
        ->check(not_negative())
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--patience", options.patience,
                    "Stop after so many epochs without a smaller held-out loss and keep the best "
                    "network (0: never)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Training");
    verb.add_option("--dtype", options.dtype, "Numbers to train in: float32 or float64")
        ->capture_default_str()
        ->group("Training");
}

void add_regularizer_options(App& verb, TrainVerbOptions& options) {
    verb.add_option("--weight-decay", options.weight_decay,
                    "All matrices shrink by this × learning rate a step")
        ->check(not_negative())
        ->capture_default_str()
        ->group("Regularisers");
    verb.add_option("--structure", options.structure,
                    "Of W: free, antisymmetric (W = K − Kᵀ − γI) or symmetric")
        ->capture_default_str()
        ->group("Regularisers");
    verb.add_option("--damping", options.damping, "γ of --structure antisymmetric")
        ->check(not_negative())
        ->capture_default_str()
        ->group("Regularisers");
    verb.add_option("--spectral-penalty", options.spectral_penalty,
                    "s of the penalty (s/2) ‖W‖₂² on the matrices of the blocks")
        ->check(not_negative())
        ->capture_default_str()
        ->group("Regularisers");
}

void add_depth_options(App& verb, TrainVerbOptions& options) {
    DepthRuleOptions& rule = options.depth_rule;
    verb.add_flag("--adapt-depth", options.adapt_depth,
                  "Drop the last layer while the residuals of the last two differ by less than a "
                  "tolerance, on the train sample, as far as the held-out accuracy bears it; undo "
                  "what it has not recovered from")
        ->group("Depth");
    verb.add_option("--depth-norm", options.depth_norm,
                    "Of that difference: 2, rms (2 over the root of the number of units) or inf")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-reduction", options.depth_reduction,
                    "Of it over the samples: mean, q95 or max")
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-tolerance", rule.tolerance, "The tolerance, > 0")
        ->check(positive())
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-patience", rule.patience,
                    "Checks in a row below it before a cut, >= 1")
        ->check(whole_from(1))
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-every", options.depth_every,
                    "Epochs between checks, >= 1 (default: 1, built-in sets 10)")
        ->check(whole_from(1))
        ->group("Depth");
    verb.add_option("--min-depth", rule.min_depth,
                    "Never fewer layers (default: 2, or 1 where --depth is 1)")
        ->check(in_range(1, 100000000))
        ->group("Depth");
    verb.add_option("--depth-stride", rule.stride, "Most layers that one cut takes (0: no limit)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-rise", rule.rise,
                    "No cut while the held-out accuracy rises by more from check to check")
        ->check(between(0, 1))
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--cut-cost", rule.cut_cost,
                    "A cut goes no further than where the read-out there, by the same weights, has "
                    "lost more of the held-out accuracy (1: no limit)")
        ->check(between(0, 1))
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--depth-recovery", rule.recovery,
                    "Epochs of training after a change before it is judged, at the next check")
        ->check(whole_from(1))
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--accuracy-allowance", rule.allowance,
                    "A change that leaves the held-out accuracy more than this below its best is "
                    "undone when it is judged")
        ->check(between(0, 1))
        ->capture_default_str()
        ->group("Depth");
    verb.add_flag("!--no-accuracy-guard", rule.guard,
                  "Never wait, try or undo; no held-out samples needed")
        ->group("Depth");
    verb.add_option("--max-depth", rule.max_depth,
                    "Grow by a layer, up to so many, while the difference is above --grow-factor "
                    "times the tolerance (0: never)")
        ->check(whole_from(0))
        ->capture_default_str()
        ->group("Depth");
    verb.add_option("--grow-factor", rule.grow_factor, "Of --max-depth, > 1")
        ->check(number_check("a finite number > 1", [](double factor) { return factor > 1; }))
        ->capture_default_str()
        ->group("Depth");
}

void add_run_options(App& verb, TrainVerbOptions& options) {
    verb.add_option("--runs", options.runs,
                    "Repeat over so many seeds from --seed on, into OUT/seed-S; mean ± standard "
                    "error")
        ->check(whole_from(1))
        ->capture_default_str()
        ->group("Run");
    verb.add_option("--checkpoint-every", options.checkpoint_every,
                    "Save the whole state every so many epochs (0: only at Ctrl-C; default: 1, "
                    "built-in sets 50)")
        ->check(whole_from(0))
        ->group("Run");
    verb.add_flag("--keep-checkpoints", options.keep_checkpoints,
                  "Keep them all, with the first and the last epoch, as "
                  "OUT/checkpoints/epoch-NNNNNN.safetensors: for resdyn bifurcations")
        ->group("Run");
    verb.add_flag("--resume", options.resume,
                  "Go on from OUT/checkpoint.safetensors, with the options of that run")
        ->group("Run");
}

}  // namespace

void add_train_options(App& verb, TrainVerbOptions& options) {
    add_data_options(verb, options);
    add_network_options(verb, options);
    add_training_options(verb, options);
    add_regularizer_options(verb, options);
    add_depth_options(verb, options);
    add_run_options(verb, options);
}

}  // namespace resdyn::cli
