/// @file
/// The claims put, one after the other: to systems and networks that are made for them, or to a
/// network of the user alone (`resdyn validate`). The methods are the claims' own (claims.hpp);
/// what they can miss stands in the ledger's notes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <resdyn/work/farm.hpp>

#include "accounts/account.hpp"
#include "effect_finding.hpp"
#include "ledger.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

struct LedgerOptions {
    /// What they are put to. Its `on_part` is set here.
    WorkspaceOptions workspace{};
    std::vector<int> only{};  ///< claims by number; empty: all.
    DesignOptions design{};   ///< of the claims that are tested by seeds.
    /// Called once, before the first seed of a claim is measured, with the design as JSON text: who
    /// writes it down has a plan that no result has shaped. May be empty.
    std::function<void(const std::string& design)> on_design{};
    /// Called when a part of a claim begins, with the claims done so far. May be empty.
    std::function<void(const Claim&, const std::string& part, Index done)> on_part{};
    /// Called as each claim is decided: a full run takes many minutes. May be empty.
    std::function<void(const LedgerEntry&)> on_claim{};
    /// Where the work is done (work/farm.hpp): first the parts of the claims that look at trained
    /// networks (claim.hpp), as a job "validate"; then the seeds of experiments, a job a block
    /// (seed_run.hpp). Null: here. What theorems measure is computed by whoever folds. Where it
    /// does a shard, or is stopped, the ledger is empty.
    Farm* farm = nullptr;
};

/// How many claims would be put. Throws as put_claims does.
Index count_claims(const LedgerOptions& options);

/// The ledger of the claims that can be put, by number. Throws std::invalid_argument for a number
/// that is no claim's, or where none can be put to the user's network. Where
/// `workspace.stop_requested` asks for an end the ledger holds the claims decided by then and says
/// so; before the first one it throws ResourceError.
Ledger put_claims(LedgerOptions options);

/// Of every claim how its settings came out, then what it drew itself.
std::vector<figures::Figure> figures_of(const Ledger& ledger);

/// The ledger as an account: claims and notes, the table of settings, a line a claim; sound where
/// no theorem fails.
Account account_of(const Ledger& ledger, bool quick);

}  // namespace resdyn::claims
