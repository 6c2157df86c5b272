/// @file
/// The ledger as a page for people (`resdyn validate` writes it as ledger.html).
#pragma once

#include <vector>

#include <plots/page.hpp>

#include "ledger.hpp"
#include "results/results.hpp"

namespace resdyn::claims {

/// The page: a section a claim. `figures` are of all claims, each id beginning with "claim-ID".
plots::Page ledger_page(const Ledger& ledger, const Provenance& provenance,
                        const std::vector<plots::RenderedFigure>& figures);

}  // namespace resdyn::claims
