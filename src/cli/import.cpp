// resdyn import: a state dict as PyTorch names it becomes a model that every verb reads.
#include <fmt/format.h>

#include <memory>

#include <resdyn/core/error.hpp>

#include "accounts/import_account.hpp"
#include "deliver.hpp"
#include "formats/input_file.hpp"
#include "results/import_results.hpp"

namespace resdyn::cli {

namespace {

struct ImportVerbOptions {
    CommonOptions common;
    std::string file;
    std::string roles;
    std::string kind;
    std::string activation;
    bool guess = false;
    ImportOptions with;
};

int run(ImportVerbOptions options) {
    if (options.file.empty()) {
        reject_input("FILE", "a state dict in safetensors", "none");
    }
    ImportOptions& with = options.with;
    with.guess = options.guess;
    if (!options.activation.empty()) {
        with.activation = known_activation(options.activation);
    }
    if (!options.kind.empty()) {
        with.kind = options.kind == to_string(NetworkKind::Perceptron) ? NetworkKind::Perceptron
                                                                       : NetworkKind::Residual;
    }
    Inputs inputs(options.common.quiet);
    inputs.add(options.file);
    if (!options.roles.empty()) {
        with.said = parse_roles(read_file(options.roles), options.roles);
        inputs.add(options.roles);
    }
    ImportedModel imported = import_model(options.file, with);
    if (!imported.model) {
        if (talks(options.common)) {
            fmt::print("{}", role_lines(imported.roles));
        }
        throw InputError(fmt::format("{}: expected {} (--roles says what is what)", options.file,
                                     imported.roles.trouble));
    }
    inputs.note(imported.model->notes);
    imported.model->metadata["command"] = options.common.command;
    imported.model->metadata["resdyn_version"] = RESDYN_VERSION;
    Findings findings =
        findings_of(account_of(imported), fmt::format("{}, taken as:\n", options.file));
    findings.files.emplace_back("model.safetensors", format_model(*imported.model));
    return deliver(std::move(findings), options.common, make_provenance(options.common, inputs));
}

}  // namespace

Verb add_import(App& program, const std::string& command) {
    auto options = std::make_shared<ImportVerbOptions>();
    options->common.command = command;
    App* app = program.add_subcommand(
        "import", "Turn a state dict as PyTorch names it into a model that every verb reads");
    app->add_option("FILE", options->file, "A state dict in safetensors: blocks.0.weight, …");
    app->add_flag("--map", options->guess,
                  "Guess what each tensor is by shapes and names, print it, and refuse what can be "
                  "read in more than one way");
    app->add_option("--roles", options->roles,
                    "A text file that says it, a line a tensor: NAME ROLE, such as "
                    "blocks.*.fc.weight W.* (roles W, B, A, b, a by layer or not, V, c, U, e; -: "
                    "left out); with --map the rest is guessed");
    app->add_option("--activation", options->activation,
                    "What tensors cannot tell; needed unless metadata say it");
    app->add_option("--step", options->with.step, "h (default 1, the usual x + f(W x + b))");
    app->add_option("--depth", options->with.depth, "Layers; needed where all share their weights");
    app->add_option("--kind", options->kind, "residual (default) or perceptron")
        ->check(is_member({"residual", "perceptron"}));
    add_common_options(*app, options->common);
    app->footer(
        "Example: resdyn import net.safetensors --map --activation tanh --step 0.25 --out net");
    return {app, [options] { return run(*options); }};
}

}  // namespace resdyn::cli
