# metafor's figures for the strata in tests/comparing/fixtures: `python -m tests.comparing.fixtures` runs this.
#
#   Rscript metafor.R OUTPUT-FOLDER STRATA.csv...
#
# A file of strata has the columns stratum, trial, events, n (a rate) or stratum, trial, events_a, n_a, events_b, n_b (two sides).
# Written are
#   metafor.pooled.csv    a stratum and measure a row: PLO, RR, RD, OR, and RR00, which is RR without
#                         trials where all or none of both sides had events, where there are any such
#   metafor.trials.csv    the same trial by trial
#   metafor.models.csv    strata of four trials or more by models with exact likelihoods, as lme4's glmer (PLO)
#                         fits them: estimate, standard error, tau; and by Mantel and Haenszel: MH-OR, MH-RR, MH-RD
#   metafor.indirect.csv  two strata against a common comparator, where the output folder has an indirect.csv
#   metafor.printed.csv   published results computed anew, by the model that they were published with, where it has a printed.csv

suppressPackageStartupMessages(library(metafor))

arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
read <- function(file) read.csv(file, stringsAsFactors = FALSE, check.names = FALSE)
tables <- lapply(arguments[-1], read)
z <- qnorm(0.975)

# uniroot()'s default tolerance leaves tau2 good to four digits.
exactly <- list(tol = 1e-15, maxiter = 10000, tau2.max = 10000)

exact <- function(column) {
  if (!is.numeric(column)) return(column)
  ifelse(is.na(column), "", formatC(column, digits = 17, format = "g", width = -1))
}
save <- function(rows, name) {
  if (length(rows) == 0) return(invisible())
  table <- as.data.frame(lapply(do.call(rbind, rows), exact), stringsAsFactors = FALSE)
  write.csv(table, file.path(folder, name), row.names = FALSE, quote = TRUE, eol = "\n")
}

# R's own Wilson interval; its chi-squared test, which we leave, warns where n is small.
wilson <- function(events, n) t(mapply(function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int, events, n))

back <- function(measure) switch(measure, PLO = transf.ilogit, RD = identity, exp)

# Each trial: what the model takes (yi, vi), and the trial's own estimate and interval.
effects <- function(d, measure) {
  if (measure == "PLO") {
    e <- escalc("PLO", xi = events, ni = n, data = d)
    own <- wilson(d$events, d$n)
    return(data.frame(trial = d$trial, yi = e$yi, vi = e$vi, estimate = d$events / d$n, low = own[, 1], high = own[, 2]))
  }
  if (measure == "RD") {
    plain <- escalc("RD", ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, data = d, add = 0)
    added <- escalc("RD", ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, data = d, add = 1/2, to = "only0", addyi = FALSE)
    a <- wilson(d$events_a, d$n_a)
    b <- wilson(d$events_b, d$n_b)
    p <- d$events_a / d$n_a
    q <- d$events_b / d$n_b
    # Newcombe's interval: the two Wilson intervals, squared and added.
    return(data.frame(trial = d$trial, yi = plain$yi, vi = ifelse(plain$vi == 0, added$vi, plain$vi), estimate = p - q,
                      low = p - q - sqrt((p - a[, 1])^2 + (b[, 2] - q)^2), high = p - q + sqrt((a[, 2] - p)^2 + (q - b[, 1])^2)))
  }
  if (measure == "RR00") d <- d[with(d, events_a + events_b > 0 & events_a + events_b < n_a + n_b), ]
  if (nrow(d) == 0) return(data.frame())
  # Sweeting, Sutton and Lambert's correction for an empty cell, which escalc() doesn't have.
  more <- with(d, pmin(events_a, n_a - events_a, events_b, n_b - events_b) == 0) / (d$n_a + d$n_b)
  e <- escalc(if (measure == "OR") "OR" else "RR", ai = events_a + more * n_a, n1i = n_a * (1 + 2 * more),
              ci = events_b + more * n_b, n2i = n_b * (1 + 2 * more), data = d, add = 0)
  if (measure != "OR") {
    # All of a side: the ratio as it is, and as far from it as Wilson's limits of both rates lead.
    full <- with(d, (events_a == n_a | events_b == n_b) & events_a > 0 & events_b > 0)
    a <- wilson(d$events_a, d$n_a)
    b <- wilson(d$events_b, d$n_b)
    p <- log(d$events_a / d$n_a)
    q <- log(d$events_b / d$n_b)
    low <- p - q - sqrt((p - log(a[, 1]))^2 + (log(b[, 2]) - q)^2)
    high <- p - q + sqrt((log(a[, 2]) - p)^2 + (q - log(b[, 1]))^2)
    e$yi <- ifelse(full, p - q, e$yi)
    e$vi <- ifelse(full, ((high - low) / (2 * z))^2, e$vi)
    return(data.frame(trial = d$trial, yi = e$yi, vi = e$vi, estimate = exp(e$yi),
                      low = ifelse(full, exp(low), exp(e$yi - z * sqrt(e$vi))), high = ifelse(full, exp(high), exp(e$yi + z * sqrt(e$vi)))))
  }
  all <- data.frame(trial = d$trial, yi = e$yi, vi = e$vi, estimate = exp(e$yi),
                    low = exp(e$yi - z * sqrt(e$vi)), high = exp(e$yi + z * sqrt(e$vi)))
  all[!is.na(all$yi), ]
}

pool <- function(e, measure) {
  to <- back(measure)
  if (nrow(e) == 1) {
    return(list(weight = 100, row = data.frame(
      k = 1, estimate = e$estimate, low = e$low, high = e$high, normal_low = NA, normal_high = NA,
      prediction_low = NA, prediction_high = NA, i2 = NA, tau2 = NA, q = NA, q_p = NA, model_estimate = e$yi, model_se = sqrt(e$vi))))
  }
  # The variances of huge and tiny trials differ by more than metafor thinks good.
  fit <- suppressWarnings(rma(e$yi, e$vi, method = "PM", test = "adhoc", control = exactly))
  normal <- suppressWarnings(rma(e$yi, e$vi, method = "PM", test = "z", control = exactly))
  p <- predict(fit, transf = to)
  list(weight = as.vector(weights(fit)), row = data.frame(
    k = fit$k, estimate = p$pred, low = p$ci.lb, high = p$ci.ub, normal_low = to(normal$ci.lb), normal_high = to(normal$ci.ub),
    prediction_low = p$pi.lb, prediction_high = p$pi.ub, i2 = fit$I2, tau2 = fit$tau2, q = fit$QE, q_p = fit$QEp,
    model_estimate = as.vector(fit$beta), model_se = fit$se))
}

pooled <- list()
trials <- list()
pairs <- list()
for (table in tables) {
  measures <- if ("events" %in% names(table)) "PLO" else c("RR", "RR00", "RD", "OR")
  for (stratum in unique(table$stratum)) {
    d <- table[table$stratum == stratum, ]
    if (length(measures) > 1) pairs[[stratum]] <- d
    for (measure in measures) {
      e <- effects(d, measure)
      if (nrow(e) == 0 || (measure == "RR00" && nrow(e) == nrow(d))) next
      result <- pool(e, measure)
      pooled[[paste(stratum, measure)]] <- cbind(stratum, measure, result$row)
      trials[[paste(stratum, measure)]] <- cbind(stratum, measure, e, weight = result$weight)
    }
  }
}
save(pooled, "metafor.pooled.csv")
save(trials, "metafor.trials.csv")

quietly <- function(fit) tryCatch(suppressMessages(suppressWarnings(fit)), error = function(e) NULL)

models <- list()
keep <- function(stratum, measure, estimate, se, tau) {
  if (!is.na(estimate)) models[[paste(stratum, measure)]] <<- data.frame(stratum, measure, estimate, se, tau)
}
for (table in tables) for (stratum in unique(table$stratum)) {
  d <- table[table$stratum == stratum, ]
  if (nrow(d) < 4) next
  if ("events" %in% names(d)) {
    if (sum(d$events) %in% c(0, sum(d$n))) next
    f <- quietly(lme4::glmer(cbind(events, n - events) ~ 1 + (1 | trial), data = d, family = binomial, nAGQ = 50,
      control = lme4::glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5))))
    if (!is.null(f)) keep(stratum, "PLO", lme4::fixef(f)[[1]], sqrt(as.numeric(vcov(f, use.hessian = TRUE))), sqrt(as.numeric(lme4::VarCorr(f)$trial)))
    next
  }
  informative <- with(d, events_a + events_b > 0 & events_a + events_b < n_a + n_b)
  for (measure in c("OR", "RR", "RD")) {
    e <- if (measure == "RD") d else d[informative, ]
    f <- quietly(rma.mh(measure = measure, ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, data = e, drop00 = FALSE, add = 0, to = "none"))
    if (!is.null(f) && f$se > 0) keep(stratum, paste0("MH-", measure), as.vector(f$beta), f$se, NA)
  }
}
save(models, "metafor.models.csv")

if (file.exists(file.path(folder, "indirect.csv"))) {
  asked <- read(file.path(folder, "indirect.csv"))
  indirect <- list()
  for (i in seq_len(nrow(asked))) for (measure in c("RR", "RD", "OR")) {
    a <- pooled[[paste(asked$ac[i], measure)]]
    b <- pooled[[paste(asked$bc[i], measure)]]
    scale <- if (measure == "RD") identity else log
    d <- a$model_estimate - b$model_estimate
    below <- sqrt((a$model_estimate - scale(a$low))^2 + (scale(b$high) - b$model_estimate)^2)
    above <- sqrt((scale(a$high) - a$model_estimate)^2 + (b$model_estimate - scale(b$low))^2)
    indirect[[paste(asked$name[i], measure)]] <- data.frame(
      name = asked$name[i], ac = asked$ac[i], bc = asked$bc[i], measure, estimate = back(measure)(d), low = back(measure)(d - below),
      high = back(measure)(d + above), model_estimate = d, model_se = sqrt(a$model_se^2 + b$model_se^2))
  }
  save(indirect, "metafor.indirect.csv")
}

if (file.exists(file.path(folder, "printed.csv"))) {
  asked <- read(file.path(folder, "printed.csv"))
  printed <- list()
  for (i in seq_len(nrow(asked))) {
    # As published, without trials that say nothing about a ratio.
    d <- pairs[[asked$stratum[i]]]
    none <- with(d, events_a == 0 & events_b == 0)
    if (asked$measure[i] == "RR") d <- d[!none, ]
    fit <- if (asked$model[i] == "MH") {
      rma.mh(measure = asked$measure[i], ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, data = d,
             add = c(1/2, 1/2), to = c("only0", "only0"))
    } else {
      rma(measure = asked$measure[i], ai = events_a, n1i = n_a, ci = events_b, n2i = n_b, data = d, method = asked$model[i])
    }
    p <- predict(fit, transf = back(asked$measure[i]))
    printed[[i]] <- data.frame(stratum = asked$stratum[i], measure = asked$measure[i], model = asked$model[i],
                               estimate = p$pred, low = p$ci.lb, high = p$ci.ub)
  }
  save(printed, "metafor.printed.csv")
}
