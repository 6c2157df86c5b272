#include "layers.hpp"

#include <fmt/format.h>

#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "accounts/branch_account.hpp"
#include "accounts/layer_history_account.hpp"
#include "deliver.hpp"

namespace resdyn::cli {

namespace {

/// The whole network, all layers of it.
Source load_layers(SourceOptions options, const CommonOptions& common) {
    if (options.layer) {
        reject_argument("--layers", "no --layer beside it", "both");
    }
    options.own_weights = true;
    return load_source(options, common);
}

std::string head_line(const Source& source) {
    return fmt::format("{}: {}, N = {}, h = {}, {} layers\n", source.name,
                       to_string(source.network.activation), source.network.hidden_width(),
                       source.network.step, source.network.depth);
}

}  // namespace

int run_layer_history(SourceOptions options, const CommonOptions& common, Index starts) {
    const Source source = load_layers(std::move(options), common);
    const InterruptScope interrupts;
    std::optional<Progress> progress;
    progress.emplace("layers", static_cast<double>(source.network.depth), common.progress());
    const LayerHistory study = study_layer_history(
        source.network, {.starts = starts,
                         .seed = common.seed,
                         .threads = common.threads,
                         .on_progress = [&](double done) { progress->update(done); }});
    progress.reset();
    return deliver(findings_of(account_of(study), head_line(source)), common,
                   make_provenance(common, source.inputs));
}

int run_layer_branches(const BifurcationVerbOptions& options) {
    Source source = load_layers(options.source, options.common);
    std::optional<LoadedDataset> loaded;
    if (!options.data.empty()) {
        loaded = load_data(
            options.data, source,
            {.part = DataPart::Test, .samples = options.shown, .seed = options.common.seed});
    }
    BranchStudyOptions with{.bifurcation = options.bifurcation,
                            .points = options.points,
                            .continuation = options.continuation,
                            .rounding = options.reading.rounding};
    with.bifurcation.threads = options.common.threads;
    const InterruptScope interrupts;
    std::optional<Progress> progress;
    progress.emplace("bifurcations", 1.0, options.common.progress());
    with.on_part = [&](std::string_view part, double done) {
        progress->update(done, std::string(part));
    };
    const LayerBranches branches = study_layer_branches(
        source.network, loaded ? &loaded->data : nullptr, with, options.shown, options.common.seed);
    progress.reset();
    return deliver(findings_of(account_of(branches, source.network), head_line(source)),
                   options.common, make_provenance(options.common, source.inputs));
}

}  // namespace resdyn::cli
