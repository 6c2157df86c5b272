#include "put_claims.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/formats/sha256.hpp>
#include <resdyn/work/task_fields.hpp>

#include "claims.hpp"

namespace resdyn::claims {

namespace {

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

std::string inputs_hash(Workspace& workspace) {
    std::string hashes;
    for (const DataPair& data : workspace.data_sets()) {
        for (const Dataset* one : {&data.training, &data.test}) {
            hashes += sha256(task_bytes(one->inputs) + task_bytes(one->labels));
        }
    }
    return sha256(hashes);
}

/// Does the parts of the claims on the farm, and keeps them; false where not all are here.
bool parts_done(const std::vector<Claim>& chosen, Workspace& workspace, Farm& farm) {
    std::vector<ClaimPart> parts;
    std::string names;
    for (const Claim& claim : chosen) {
        for (ClaimPart& part : claim.parts ? claim.parts(workspace) : std::vector<ClaimPart>()) {
            const auto is_same = [&](const ClaimPart& other) { return other.name == part.name; };
            if (std::none_of(parts.begin(), parts.end(), is_same)) {
                names += part.name + "\n";
                parts.push_back(std::move(part));
            }
        }
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

Ledger put_claims(LedgerOptions options) {
    Ledger ledger;
    const std::vector<Claim> chosen = chosen_claims(options, ledger.notes);
    const Claim* running = &chosen.front();
    const std::function<bool()> stop = options.workspace.stop_requested;
    bool in_farm = options.farm != nullptr;  // which ends between its tasks
    options.workspace.on_part = [&](const std::string& part) {
        if (!in_farm && stop && stop()) {
            throw ResourceError("validate: interrupted; nothing was written");
        }
        if (options.on_part) {
            options.on_part(*running, part, static_cast<Index>(ledger.entries.size()));
        }
    };
    Workspace workspace(std::move(options.workspace));
    if (options.farm != nullptr && !parts_done(chosen, workspace, *options.farm)) {
        return ledger;
    }
    in_farm = false;
    for (const Claim& claim : chosen) {
        running = &claim;
        try {
            ledger.entries.push_back({claim, claim.run(workspace)});
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
        figures.push_back(settings_figure(entry.claim, entry.result));
        figures.insert(figures.end(), entry.result.figures.begin(), entry.result.figures.end());
    }
    return figures;
}

Account account_of(const Ledger& ledger, bool quick) {
    Account account;
    account.json = {
        {"quick", quick}, {"claims", to_json(ledger)["claims"]}, {"notes", ledger.notes}};
    if (ledger.interrupted) {
        account.json["interrupted"] = true;
    }
    account.tables.emplace_back("claims.csv", setting_table(ledger));
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
