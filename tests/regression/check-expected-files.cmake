# SPDX-License-Identifier: GPL-2.0-or-later
# Fails unless each capture has an expected file, and each expected file (or its .args) a capture.

cmake_minimum_required(VERSION 3.18)

file(GLOB captures RELATIVE "${CAPTURES}" "${CAPTURES}/*.pcap" "${CAPTURES}/*.pcapng")
file(GLOB expected RELATIVE "${EXPECTED}" "${EXPECTED}/*")
set(failures "")

if(NOT captures)
  list(APPEND failures "no capture in ${CAPTURES}")
endif()
foreach(capture IN LISTS captures)
  if(NOT "${capture}.txt" IN_LIST expected)
    list(APPEND failures "${capture} has no expected file")
  endif()
endforeach()
foreach(file IN LISTS expected)
  string(REGEX REPLACE "\\.(txt|args)$" "" capture "${file}")
  if(NOT capture IN_LIST captures)
    list(APPEND failures "expected/${file} belongs to no capture")
  endif()
endforeach()

if(failures)
  list(JOIN failures "\n  " failures)
  message(FATAL_ERROR "\n  ${failures}")
endif()
