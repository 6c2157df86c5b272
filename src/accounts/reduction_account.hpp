/// @file
/// A network made small, told (`resdyn reduce`).
#pragma once

#include <resdyn/studies/reduction.hpp>

#include "account.hpp"

namespace resdyn {

/// The tables of reduction_tables; its networks are apart: reduced_networks. `original`, `test` and
/// `imitation` as `reduce` was given them; sound where no imitation left the finite numbers.
Account account_of(const Reduction& reduction, const Network& original, const Dataset& test,
                   const ImitationOptions& imitation);

}  // namespace resdyn
