# SPDX-License-Identifier: GPL-2.0-or-later
# Writes the expected file of every capture anew.

cmake_minimum_required(VERSION 3.18)

file(MAKE_DIRECTORY "${EXPECTED}")
file(GLOB captures "${ROOT}/test-captures/*.pcap" "${ROOT}/test-captures/*.pcapng")
foreach(capture IN LISTS captures)
  get_filename_component(name "${capture}" NAME)
  execute_process(
    COMMAND "${REGRESSION}" --tshark "${TSHARK}" --plugins "${PLUGINS}" --fields "${FIELDS}" --root "${ROOT}"
      --capture "${capture}" --expected "${EXPECTED}/${name}.txt" --update
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(SEND_ERROR "${name}: not updated")
  endif()
endforeach()
