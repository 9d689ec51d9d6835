#!/bin/bash
echo "create the user"
