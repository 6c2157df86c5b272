/// @file
/// What the verdict whether a network is an ODE says (`resdyn discretisation`).
#pragma once

#include <resdyn/data/dataset.hpp>
#include <resdyn/studies/discretisation_study.hpp>

#include "account.hpp"

namespace resdyn {

/// `data`: what was given to the study; may be null.
Account account_of(const DiscretisationStudy& study, const ResidualNetwork& network,
                   const Dataset* data);

}  // namespace resdyn
