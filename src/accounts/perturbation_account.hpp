/// @file
/// What noise does to a network, told (`resdyn perturb`).
#pragma once

#include <resdyn/studies/perturbation.hpp>

#include "account.hpp"

namespace resdyn {

/// The tables of perturbation_tables.
Account account_of(const PerturbationStudy& study, const Network& network, const Dataset& data);

}  // namespace resdyn
