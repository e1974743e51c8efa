	.section	.text,"ax",@progbits
	.p2align	4, 0x90
fill_region:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	subq	$40, %rsp
	.cfi_def_cfa_offset 96
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	xorl	%ebp, %ebp
	movl	%edx, %eax
	orl	%esi, %eax
	js	.LBB1_29
	movq	%rdi, %r15
	movl	(%rdi), %eax
	cmpl	%esi, %eax
	jle	.LBB1_29
	movl	%edx, %ebx
	cmpl	%edx, 4(%r15)
	jle	.LBB1_29
	movl	%eax, %r14d
	imull	%ebx, %r14d
	leaq	(%r15,%r14), %rdi
	movl	%esi, %edx
	movzbl	8(%rdx,%rdi), %r12d
	cmpb	%cl, %r12b
	je	.LBB1_29
	leaq	(%r15,%r14), %rdi
	addq	$8, %rdi
	movl	%esi, %r13d
	testl	%esi, %esi
	jle	.LBB1_9
	movl	%esi, %r13d
	.p2align	4, 0x90
.LBB1_6:
	movl	%r13d, %r8d
	cmpb	%r12b, -1(%rdi,%r8)
	jne	.LBB1_9
	leal	-1(%r13), %r8d
	cmpl	$1, %r13d
	movl	%r8d, %r13d
	jg	.LBB1_6
	xorl	%r13d, %r13d
.LBB1_9:
	leal	1(%rsi), %r8d
	cmpl	%r8d, %eax
	cmovgl	%eax, %r8d
	leal	-1(%r8), %r10d
	addq	%r14, %rdx
	addq	%r15, %rdx
	addq	$9, %rdx
	.p2align	4, 0x90
.LBB1_10:
	incl	%esi
	cmpl	%esi, %eax
	jle	.LBB1_11
	leaq	1(%rdx), %r9
	cmpb	%r12b, (%rdx)
	movq	%r9, %rdx
	je	.LBB1_10
	leal	-1(%rsi), %eax
	movl	%eax, (%rsp)
	jmp	.LBB1_14
.LBB1_11:
	movl	%r10d, (%rsp)
	movl	%r8d, %esi
.LBB1_14:
	movl	%r13d, %eax
	movq	%rax, 32(%rsp)
	addq	%rax, %rdi
	movl	%esi, %ebp
	subl	%r13d, %ebp
	movslq	%ebp, %rdx
	movzbl	%cl, %esi
	movl	%esi, 4(%rsp)
	callq	memset@PLT
	testl	%ebx, %ebx
	jle	.LBB1_15
	cmpl	%ebx, 4(%r15)
	movl	(%rsp), %edx
	jl	.LBB1_23
	cmpl	%edx, %r13d
	jg	.LBB1_23
	leal	-1(%rbx), %eax
	movl	%eax, 20(%rsp)
	movslq	(%r15), %rax
	movq	%r14, 24(%rsp)
	movq	32(%rsp), %rcx
	addq	%r14, %rcx
	subq	%rax, %rcx
	movq	%r15, 8(%rsp)
	leaq	(%rcx,%r15), %r14
	addq	$8, %r14
	movl	%r13d, %r15d
	jmp	.LBB1_19
	.p2align	4, 0x90
.LBB1_21:
	incq	%r14
	leal	1(%r15), %eax
	cmpl	%r15d, %edx
	movl	%eax, %r15d
	jle	.LBB1_22
.LBB1_19:
	cmpb	%r12b, (%r14)
	jne	.LBB1_21
	movq	8(%rsp), %rdi
	movl	%r15d, %esi
	movl	20(%rsp), %edx
	movl	4(%rsp), %ecx
	callq	fill_region
	movl	(%rsp), %edx
	addl	%eax, %ebp
	jmp	.LBB1_21
.LBB1_15:
	movq	%r14, 24(%rsp)
	movq	%r15, 8(%rsp)
	movl	(%rsp), %edx
.LBB1_22:
	cmpl	$-1, %ebx
	movq	8(%rsp), %r15
	movq	24(%rsp), %r14
	jl	.LBB1_29
.LBB1_23:
	incl	%ebx
	cmpl	4(%r15), %ebx
	jge	.LBB1_29
	cmpl	%edx, %r13d
	jle	.LBB1_25
.LBB1_29:
	movl	%ebp, %eax
	addq	$40, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.LBB1_25:
	.cfi_def_cfa_offset 96
	movslq	(%r15), %rax
	addq	32(%rsp), %rax
	addq	%r14, %rax
	leaq	(%r15,%rax), %r14
	addq	$8, %r14
	jmp	.LBB1_26
	.p2align	4, 0x90
.LBB1_28:
	leal	1(%r13), %eax
	incq	%r14
	cmpl	%r13d, %edx
	movl	%eax, %r13d
	jle	.LBB1_29
.LBB1_26:
	cmpb	%r12b, (%r14)
	jne	.LBB1_28
	movq	%r15, %rdi
	movl	%r13d, %esi
	movl	%ebx, %edx
	movl	4(%rsp), %ecx
	callq	fill_region
	addl	%eax, %ebp
	jmp	.LBB1_28
.Lfunc_end1:
	.cfi_endproc
# verdict: refuted: after the call for a cell below it goes on with whatever edx holds as the right edge
