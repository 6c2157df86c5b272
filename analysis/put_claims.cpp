#include "put_claims.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

#include "claims.hpp"
#include "effect_figures.hpp"
#include "effect_tables.hpp"
#include "formats/sha256.hpp"
#include "seed_run.hpp"
#include "work/task_fields.hpp"

namespace resdyn::claims {

namespace {

constexpr Index quick_seeds = 3;

std::vector<Claim> named_claims(const std::vector<int>& only) {
    std::vector<Claim> all = all_claims();
    for (const int id : only) {
        if (std::none_of(all.begin(), all.end(), [id](const Claim& c) { return c.id == id; })) {
            reject_argument("only", fmt::format("a claim from 1 to {}", all.back().id),
                            fmt::format("{}", id));
        }
    }
    if (!only.empty()) {
        std::erase_if(all, [&](const Claim& claim) {
            return std::find(only.begin(), only.end(), claim.id) == only.end();
        });
    }
    return all;
}

/// Leaves the claims that can be put to the user's network; says which were left out, and why.
void keep_applicable(std::vector<Claim>& chosen, const UserNetwork& user,
                     std::vector<std::string>& notes) {
    const bool labelled = user.data && user.network.has_readout();
    std::erase_if(chosen, [&](const Claim& claim) {
        if (claim.needs != Needs::Training && !claim.takes_own_weights &&
            !user.network.has_shared_weights()) {
            notes.push_back(fmt::format(
                "Claim {} was not put: it is of one residual system, and the weights differ by "
                "layer (--layer K takes one layer, frozen).",
                claim.id));
            return true;
        }
        const bool applies =
            claim.needs == Needs::Matrix || (claim.needs == Needs::Labelled && labelled);
        if (!applies) {
            notes.push_back(
                fmt::format("Claim {} was not put: it {}.", claim.id,
                            claim.needs == Needs::Training
                                ? "trains networks of its own"
                                : "needs a model with a read-out and its labelled data (--data)"));
        }
        return !applies;
    });
}

/// The claims to put, and what is to be said of the choice.
std::vector<Claim> chosen_claims(const LedgerOptions& options, std::vector<std::string>& notes) {
    std::vector<Claim> chosen = named_claims(options.only);
    const WorkspaceOptions& with = options.workspace;
    if (with.user) {
        notes.push_back(fmt::format("The claims were put to {} alone.", with.user->name));
        keep_applicable(chosen, *with.user, notes);
    } else if (!with.data) {
        notes.emplace_back(
            "No data were given (--data): networks were trained on the built-in sets only.");
    } else if (with.quick) {
        notes.push_back(fmt::format(
            "Quick: of {} a draw of {} training and {} test samples, each class with its share.",
            with.data->name, with.data->training.size(), with.data->test.size()));
    }
    if (chosen.empty()) {
        reject_argument("only", "a claim that can be put to this network", notes.back());
    }
    return chosen;
}

/// It is tested by seeds here: the ledger trains the networks.
bool is_tested_by_seeds(const Claim& claim, const Workspace& workspace) {
    return claim.experiment && !workspace.has_user_network();
}

std::string hash_of(const DataPair& data) {
    std::string hashes;
    for (const Dataset* one : {&data.training, &data.test}) {
        hashes += sha256(task_bytes(one->inputs) + task_bytes(one->labels));
    }
    return sha256(hashes);
}

std::string inputs_hash(Workspace& workspace) {
    std::string hashes;
    for (const DataPair& data : workspace.data_sets()) {
        hashes += hash_of(data);
    }
    return sha256(hashes);
}

/// Does the parts of the claims on the farm, and keeps them; false where not all are here. Seeds of
/// experiments are no parts.
bool parts_done(const std::vector<Claim>& chosen, Workspace& workspace, Farm& farm) {
    std::vector<ClaimPart> parts;
    std::string names;
    for (const Claim& claim : chosen) {
        if (is_tested_by_seeds(claim, workspace)) {
            continue;
        }
        for (ClaimPart& part : claim.parts ? claim.parts(workspace) : std::vector<ClaimPart>()) {
            const auto is_same = [&](const ClaimPart& other) { return other.name == part.name; };
            if (std::none_of(parts.begin(), parts.end(), is_same)) {
                names += part.name + "\n";
                parts.push_back(std::move(part));
            }
        }
    }
    if (parts.empty()) {
        return !farm.is_shard();
    }
    const Job job{.name = "validate",
                  .identity = {{"bytes of a task", "validate 1"},
                               {"data", inputs_hash(workspace)},
                               {"parts", sha256(names)},
                               {"quick", workspace.quick() ? "yes" : "no"},
                               {"seed", fmt::format("{}", workspace.seed())}},
                  .tasks = static_cast<Index>(parts.size()),
                  .tasks_per_round = 1};  // trainings have threads of their own
    FarmWork work{.threads = 1, .stop_requested = [&] { return workspace.stop_requested(); }};
    work.task = [&](Index k) { return parts[static_cast<std::size_t>(k)].make(); };
    work.fold = [&](Index k, std::string_view bytes) {
        workspace.keep(parts[static_cast<std::size_t>(k)].name, std::string(bytes));
    };
    return farm.run(job, work).complete() && !farm.is_shard();
}

}  // namespace

Index count_claims(const LedgerOptions& options) {
    std::vector<std::string> notes;
    return static_cast<Index>(chosen_claims(options, notes).size());
}

namespace {

/// The experiments of the claims, one after another on a farm.
class Experiments {
  public:
    Experiments(const LedgerOptions& options, Workspace& workspace)
        : options_(options), workspace_(workspace) {
        if (const DataPair* data = workspace.data()) {
            data_hash_ = hash_of(*data);
        }
    }

    /// The claim's result; nothing where the farm does a shard or was stopped.
    std::optional<ClaimResult> put(const Claim& claim) {
        const Experiment& experiment = *claim.experiment;
        SeedRunOptions with{.design = options_.design,
                            .id = fmt::format("claim-{}", claim.id),
                            .data_hash = data_hash_};
        with.on_round = [&](const std::string& block, Index done, Index of) {
            workspace_.part(fmt::format("{}: {} of {}", block, done, of));
        };
        Farm here;
        auto measured = measure_seeds(experiment, workspace_, with,
                                      options_.farm != nullptr ? *options_.farm : here);
        if (!measured) {
            return std::nullopt;
        }
        ClaimResult result;
        result.experiment = find_effects(experiment, std::move(*measured), options_.design);
        result.settings = settings_of(*result.experiment);
        const double level = 1.0 - options_.design.alpha;
        const auto& effects = result.experiment->effects;
        for (std::size_t k = 0; k < effects.size(); ++k) {
            const std::string id = k == 0 ? fmt::format("claim-{}", claim.id)
                                          : fmt::format("claim-{}-effect-{}", claim.id, k + 1);
            result.figures.push_back(forest_plot(id, *result.experiment, effects[k], level));
            if (auto figure = factor_figure(id + "-factors", effects[k])) {
                result.figures.push_back(std::move(*figure));
            }
        }
        return result;
    }

  private:
    const LedgerOptions& options_;
    Workspace& workspace_;
    std::string data_hash_;
};

/// What is to be said of a design that differs from the confirming one.
void add_design_notes(const LedgerOptions& options, std::vector<std::string>& notes) {
    const DesignOptions usual;
    const DesignOptions& design = options.design;
    if (design.seeds != (options.workspace.quick ? quick_seeds : usual.seeds)) {
        notes.push_back(fmt::format("At most {} seeds a setting (--seeds; {} by default).",
                                    design.seeds, usual.seeds));
    }
    if (design.margin) {
        notes.push_back(fmt::format(
            "The smallest effect that matters is {:g} for every effect, in its unit (--margin), "
            "in place of those that the claims name.",
            *design.margin));
    }
    if (design.alpha != usual.alpha) {
        notes.push_back(
            fmt::format("Level {:g} (--alpha; {:g} by default).", design.alpha, usual.alpha));
    }
    const WorkspaceOptions confirming;
    if (options.workspace.quick) {
        notes.emplace_back(
            "Quick: few settings and seeds, other ones than those of a whole run: it shows that "
            "the "
            "ledger works, and is no evidence.");
    } else if (options.workspace.seed != confirming.seed) {
        notes.push_back(fmt::format("Exploratory: seed {}; confirming runs have seed {}.",
                                    options.workspace.seed, confirming.seed));
    }
}

}  // namespace

Ledger put_claims(LedgerOptions options) {
    validate(options.design);
    if (options.workspace.quick && options.design.seeds == DesignOptions{}.seeds) {
        options.design.seeds = quick_seeds;
    }
    Ledger ledger;
    const std::vector<Claim> chosen = chosen_claims(options, ledger.notes);
    const Claim* running = &chosen.front();
    const std::function<bool()> stop = options.workspace.stop_requested;
    bool in_farm = options.farm != nullptr;  // which ends between its tasks
    WorkspaceOptions workspace_options = options.workspace;
    workspace_options.on_part = [&](const std::string& part) {
        if (!in_farm && stop && stop()) {
            throw ResourceError("validate: interrupted; no claim was decided");
        }
        if (options.on_part) {
            options.on_part(*running, part, static_cast<Index>(ledger.entries.size()));
        }
    };
    Workspace workspace(std::move(workspace_options));
    const bool any_seeds = std::any_of(chosen.begin(), chosen.end(), [&](const Claim& claim) {
        return is_tested_by_seeds(claim, workspace);
    });
    if (any_seeds) {
        add_design_notes(options, ledger.notes);
        ledger.design = design_json(chosen, workspace, options.design).dump(2);
        if (options.on_design) {
            options.on_design(ledger.design);
        }
    }
    const bool whole = options.farm == nullptr || parts_done(chosen, workspace, *options.farm);
    if (!whole && !options.farm->is_shard()) {
        return ledger;  // stopped
    }
    Experiments experiments(options, workspace);
    for (const Claim& claim : chosen) {
        running = &claim;
        const bool by_seeds = is_tested_by_seeds(claim, workspace);
        if (!whole && !by_seeds) {
            continue;  // of a shard: the seeds alone are left to do
        }
        try {
            in_farm = options.farm != nullptr && by_seeds;
            std::optional<ClaimResult> result =
                by_seeds ? experiments.put(claim) : claim.run(workspace);
            in_farm = false;
            if (!result) {
                if (options.farm != nullptr && options.farm->is_shard()) {
                    continue;
                }
                if (options.farm != nullptr) {
                    ledger.entries.clear();
                    return ledger;  // what was done is in the journal
                }
                workspace.part("interrupted");  // ends the run
                throw ResourceError("validate: interrupted; no claim was decided");
            }
            if (!whole) {
                continue;
            }
            ledger.entries.push_back({claim, std::move(*result)});
            if (options.on_claim) {
                options.on_claim(ledger.entries.back());
            }
            workspace.part("done");
        } catch (const ResourceError&) {
            if (!(stop && stop()) || ledger.entries.empty()) {
                throw;
            }
            ledger.interrupted = true;
            ledger.notes.push_back(fmt::format(
                "The ledger is not whole: an interrupt came when {} of {} claims were decided.",
                ledger.entries.size(), chosen.size()));
            break;
        }
    }
    return ledger;
}

std::vector<figures::Figure> figures_of(const Ledger& ledger) {
    std::vector<figures::Figure> figures;
    for (const LedgerEntry& entry : ledger.entries) {
        if (!entry.result.experiment) {
            figures.push_back(settings_figure(entry.claim, entry.result));
        }
        figures.insert(figures.end(), entry.result.figures.begin(), entry.result.figures.end());
    }
    return figures;
}

Account account_of(const Ledger& ledger, bool quick) {
    Account account;
    account.json = {
        {"quick", quick}, {"claims", to_json(ledger)["claims"]}, {"notes", ledger.notes}};
    if (!ledger.design.empty()) {
        account.json["design"] = nlohmann::ordered_json::parse(ledger.design);
        account.json["design_sha256"] = sha256(ledger.design);
    }
    if (ledger.interrupted) {
        account.json["interrupted"] = true;
    }
    account.tables.emplace_back("claims.csv", setting_table(ledger));
    if (const auto found = experiments_of(ledger); !found.empty()) {
        for (auto& table : effect_tables(found)) {
            account.tables.push_back(std::move(table));
        }
    }
    account.figures = figures_of(ledger);
    for (const LedgerEntry& entry : ledger.entries) {
        account.words += summary_line(entry) + "\n";
    }
    for (const std::string& note : ledger.notes) {
        account.words += "note: " + note + "\n";
    }
    account.sound = !ledger.theorem_fails();
    return account;
}

}  // namespace resdyn::claims
